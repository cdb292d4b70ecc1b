// The heap of a program under test. Each context allocates from an arena of its own, so that addresses do not
// depend on the interleaving, and memory is never used twice in one execution, so that a use after free is seen.
// The bookkeeping lies outside the program's memory.

/** Bytes; every block begins at a multiple. */
const granule = 8;
/** Granules that belong to no block, behind each one. */
const gap = 2;

export interface HeapBlock {
  readonly address: number;
  readonly size: number;
  readonly context: number;
  readonly site: number;
  /** Whether it holds a thread's own variables, and ends with that thread. */
  readonly isThreads: boolean;
  freedBy: number;
  freeSite: number;
}

export interface HeapLayout {
  /** First byte. */
  readonly start: number;
  /** Bytes an arena holds; there is one for each context. */
  readonly arena: number;
  /** Bytes for blocks that no arena holds; behind the arenas. */
  readonly shared: number;
}

interface SavedHeap {
  readonly blocks: readonly HeapBlock[];
  readonly live: number;
  readonly next: Int32Array;
  readonly sharedNext: number;
}

export class Heap {
  readonly start: number;
  readonly end: number;
  readonly blocks: HeapBlock[] = [];
  private readonly layout: HeapLayout;
  private readonly contexts: number;
  /** By granule from `start`: index of its block + 1, or 0. */
  private readonly owners: Int32Array;
  private readonly next: Int32Array;
  private sharedNext = 0;
  /** Contexts below may have allocated in this execution. */
  private width = 0;
  live = 0;

  constructor(layout: HeapLayout, contexts: number) {
    this.layout = layout;
    this.contexts = contexts;
    this.start = layout.start;
    this.end = layout.start + contexts * layout.arena + layout.shared;
    this.owners = new Int32Array((this.end - this.start) / granule);
    this.next = new Int32Array(contexts);
    this.reset();
  }

  reset(): void {
    this.forget(0);
    this.live = 0;
    this.width = 0;
    for (let i = 0; i < this.contexts; i++) this.next[i] = this.start + i * this.layout.arena;
    this.sharedNext = this.start + this.contexts * this.layout.arena;
  }

  save(): SavedHeap {
    const { live, sharedNext } = this;
    return { blocks: this.blocks.map((block) => ({ ...block })), live, next: this.next.slice(), sharedNext };
  }

  /** In an execution that began with what `saved` holds. */
  restore({ blocks, live, next, sharedNext }: SavedHeap): void {
    this.forget(blocks.length);
    for (let i = 0; i < blocks.length; i++) {
      const { freedBy, freeSite } = blocks[i] as HeapBlock;
      const block = this.blocks[i] as HeapBlock;
      block.freedBy = freedBy;
      block.freeSite = freeSite;
    }
    this.live = live;
    for (let context = 0; context < this.width; context++) this.next[context] = next[context] as number;
    this.sharedNext = sharedNext;
  }

  /** Address of a new block, or 0 when memory has run out. */
  allocate(context: number, size: number, site: number, alignment = 8, kind = 'block'): number {
    const room = Math.max(Math.ceil(size / granule), 1) * granule + gap * granule;
    const own = alignUp(this.next[context] ?? 0, alignment);
    const arenaEnd = this.start + (context + 1) * this.layout.arena;
    let address = own;
    if (own + room <= arenaEnd) {
      this.next[context] = own + room;
      if (context >= this.width) this.width = context + 1;
    } else {
      address = alignUp(this.sharedNext, alignment);
      if (address + room > this.end) return 0;
      this.sharedNext = address + room;
    }
    const isThreads = kind === 'thread';
    this.blocks.push({ address, size, context, site, isThreads, freedBy: -1, freeSite: 0 });
    const first = (address - this.start) / granule;
    this.owners.fill(this.blocks.length, first, first + Math.max(Math.ceil(size / granule), 1));
    this.live++;
    return address;
  }

  /** The block that holds `address`, freed or not. */
  blockAt(address: number): HeapBlock | undefined {
    return this.blocks[(this.owners[Math.floor((address - this.start) / granule)] ?? 0) - 1];
  }

  /** Whether all bytes lie in one block that is not freed. `address` is not below `start`. */
  holds(address: number, size: number): boolean {
    const block = this.blocks[(this.owners[(address - this.start) >> 3] as number) - 1];
    return block !== undefined && block.freeSite === 0 && address + size <= block.address + block.size;
  }

  /** All blocks but the first `count`. */
  private forget(count: number): void {
    const { blocks } = this;
    for (let i = count; i < blocks.length; i++) {
      const { address, size } = blocks[i] as HeapBlock;
      const first = (address - this.start) / granule;
      this.owners.fill(0, first, first + Math.max(Math.ceil(size / granule), 1));
    }
    if (blocks.length > count) blocks.length = count;
  }

  free(block: HeapBlock, context: number, site: number): void {
    block.freedBy = context;
    block.freeSite = site === 0 ? -1 : site;
    this.live--;
  }
}

function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
