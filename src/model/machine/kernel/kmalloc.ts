// Allocators (mm/slub.c, mm/util.c, v6.12). No allocation fails. What has not been freed when a test is over is a leak.

import { accessFlags } from '../../detect/index.js';
import { touchAll } from '../accesses.js';
import { allocateBlock, freeBlock } from '../allocate.js';
import { stringLength } from '../libc/text.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import { type CpuState, maySleep } from './cpu.js';
import { dmaImports } from './dma.js';
import { slabCacheImports } from './slab-cache.js';

/** ___GFP_ZERO and ___GFP_DIRECT_RECLAIM (include/linux/gfp_types.h). */
export const gfp = { zero: 0x100, mayWait: 0x400 } as const;
/** What kmalloc(0) gives. */
const zeroSize = 16;
const freshByte = 0xa5;

export class Allocator {
  /** Blocks that nobody has freed yet, and where each was taken. */
  private readonly live: Map<number, number>;
  private readonly m: Machine;
  private readonly cpu: CpuState;

  constructor(m: Machine, cpu: CpuState) {
    this.m = m;
    this.cpu = cpu;
    this.live = m.perExecution(new Map<number, number>());
  }

  allocate(size: number, flags: number, site: number): number {
    const { m } = this;
    if ((flags & gfp.mayWait) !== 0 && !maySleep(m, this.cpu, 'GFP_KERNEL', site)) return 0;
    if (size === 0) return zeroSize;
    const address = allocateBlock(m, size >>> 0, site, 8, (flags & gfp.zero) !== 0 ? 0 : freshByte);
    if (address !== 0) this.live.set(address, site);
    return address;
  }

  free(address: number, site: number): boolean {
    if (address === 0 || address === zeroSize) return true;
    if (!freeBlock(this.m, address, site, { free: 'kfree', allocate: 'kmalloc' })) return false;
    this.live.delete(address);
    return true;
  }

  /** The test is over: tells of what is left. */
  noteLeaks(): void {
    const { m } = this;
    for (const [address, site] of this.live) {
      const block = m.heap.blockAt(address);
      m.note({
        kind: 'memory-leak',
        facts: { fact: 'never-freed', bytes: block?.size ?? 0 },
        sites: [site],
        contexts: [block?.context ?? 0],
        key: `memory-leak ${site}`,
      });
    }
  }
}

export function kmallocImports(m: Machine, allocator: Allocator): Record<string, Import> {
  const take = (size: number, flags: number, site: number) => allocator.allocate(size, flags, site);
  const free = (address: number, site: number) => void allocator.free(address, site);
  const duplicate = (from: number, size: number, flags: number, site: number) => {
    const { current } = m;
    if (m.stage[current] === 0) {
      m.results[current] = take(size, flags, site);
      m.stage[current] = 1;
    }
    const to = m.results[current] as number;
    // Not touchAll(): it keeps its own stage.
    if (m.suspending) return 0;
    m.stage[current] = 0;
    if (!touchAll(m, site, [from, size, 0], [to, size, accessFlags.write])) return 0;
    m.bytes.copyWithin(to, from, from + size);
    return to;
  };
  const realloc = (old: number, size: number, flags: number, site: number): number => {
    if (m.resuming) return allocator.free(old, site) ? (m.results[m.current] as number) : 0;
    const address = take(size, flags, site);
    const block = old >= m.heap.start ? m.heap.blockAt(old) : undefined;
    if (block !== undefined) m.bytes.copyWithin(address, old, old + Math.min(size, block.size));
    m.results[m.current] = address;
    return allocator.free(old, site) ? address : 0;
  };
  const sized = (size: number, flags: number, site: number) => take(size, flags, site);
  const sizedNode = (size: number, flags: number, _node: number, site: number) => take(size, flags, site);
  const cacheSized = (_cache: number, flags: number, size: number, site: number) => take(size, flags, site);
  const fixed = (flags: number) => (size: number, site: number) => take(size, flags, site);
  return {
    __kmalloc: sized,
    __kmalloc_noprof: sized,
    __kmalloc_large_noprof: sized,
    kmalloc_large: sized,
    __kmalloc_node: sizedNode,
    __kmalloc_node_noprof: sizedNode,
    __kmalloc_large_node_noprof: sizedNode,
    // Since 7.0 the size is followed by an alignment.
    __kvmalloc_node_noprof: (size: number, ...rest: number[]) =>
      take(size, rest.at(-3) as number, rest.at(-1) as number),
    kvmalloc_node: sizedNode,
    __kmalloc_cache_noprof: cacheSized,
    kmalloc_trace: cacheSized,
    kmem_cache_alloc_trace: cacheSized,
    kmem_cache_alloc_node_trace: (cache: number, flags: number, _node: number, size: number, site: number) =>
      cacheSized(cache, flags, size, site),
    kmalloc_order: (size: number, flags: number, _order: number, site: number) => take(size, flags, site),
    kmalloc_order_trace: (size: number, flags: number, _order: number, site: number) =>
      take(size, flags, site),
    __kmalloc_cache_node_noprof: (_cache: number, flags: number, _node: number, size: number, site: number) =>
      take(size, flags, site),
    __kmalloc_track_caller: (size: number, flags: number, _caller: number, site: number) =>
      take(size, flags, site),
    __kmalloc_node_track_caller_noprof: (
      size: number,
      flags: number,
      _node: number,
      _caller: number,
      site: number,
    ) => take(size, flags, site),
    krealloc_noprof: realloc,
    krealloc_node_align_noprof: (
      old: number,
      size: number,
      _alignment: number,
      flags: number,
      _node: number,
      site: number,
    ) => realloc(old, size, flags, site),
    krealloc: realloc,
    kfree: free,
    kfree_sensitive: free,
    kvfree: free,
    vfree: free,
    vmalloc_noprof: fixed(gfp.mayWait),
    vmalloc: fixed(gfp.mayWait),
    vzalloc_noprof: fixed(gfp.mayWait | gfp.zero),
    vzalloc: fixed(gfp.mayWait | gfp.zero),
    kmemdup_noprof: duplicate,
    kmemdup: duplicate,
    kstrdup: (from: number, flags: number, site: number) =>
      from === 0 ? 0 : duplicate(from, stringLength(m, from) + 1, flags, site),
    ...slabCacheImports(m, allocator),
    ...dmaImports(m, allocator),
  };
}
