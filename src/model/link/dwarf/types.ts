// What lies at an offset of a C type, from its debug information.
import { attributes, type Entry, nameOf, numberOf, tags, typeOf } from './entries.js';

/** A place inside a type. */
export interface TypePlace {
  /** The struct or union that a reader would name, without the keyword; null where none encloses it. */
  readonly struct: string | null;
  /** From that struct on: `pending_dma_en`, `vidq_queued.next`; null for the struct as a whole. */
  readonly field: string | null;
  /** Bytes from the struct's begin, or from the type's where there is no struct. */
  readonly offset: number;
  /** Bytes of the field. */
  readonly size: number;
  /** From the type on, with indices: `.channels[1].vidq_queued.next`. */
  readonly path: string;
  /** Of a number: whether it can be negative; null for what is none. */
  readonly signed: boolean | null;
}

/**
 * Structs that say nothing without what they are part of: a list head is a field of something. Theirs are fields of the
 * struct around them.
 */
const parts = new Set([
  ...[
    'list_head',
    'hlist_head',
    'hlist_node',
    'hlist_nulls_node',
    'hlist_nulls_head',
    'llist_head',
    'llist_node',
  ],
  ...['rb_node', 'rb_root', 'rb_root_cached', 'callback_head', 'kref', 'refcount_struct', 'refcount_t'],
  ...['atomic_t', 'atomic64_t', 'spinlock', 'raw_spinlock', 'qspinlock', 'rwlock_t', 'qrwlock', 'mutex'],
  ...['seqcount', 'seqcount_spinlock', 'seqlock_t', 'lockref', 'semaphore', 'rw_semaphore', 'completion'],
  ...[
    'wait_queue_head',
    'swait_queue_head',
    'timer_list',
    'hrtimer',
    'work_struct',
    'delayed_work',
    'tasklet_struct',
  ],
]);

const transparent: ReadonlySet<number> = new Set([
  tags.typedef,
  tags.constType,
  tags.volatileType,
  tags.restrictType,
  tags.atomicType,
]);

/** The type under its names and qualifiers. */
export function bare(type: Entry | null): Entry | null {
  let one = type;
  while (one !== null && transparent.has(one.tag)) one = typeOf(one);
  return one;
}

export function isAggregate(type: Entry): boolean {
  return type.tag === tags.structureType || type.tag === tags.unionType;
}

/** What a pointer points to; null for other types and for void pointers. */
export function pointee(type: Entry | null): Entry | null {
  const pointer = bare(type);
  return pointer?.tag === tags.pointerType ? typeOf(pointer) : null;
}

/** Bytes; 0 where it is not known. */
export function sizeOf(type: Entry | null): number {
  const one = bare(type);
  if (one === null) return 0;
  const size = numberOf(one, attributes.byteSize);
  if (size !== null) return size;
  if (one.tag === tags.pointerType) return 4;
  if (one.tag !== tags.arrayType) return 0;
  return one.children
    .filter(({ tag }) => tag === tags.subrangeType)
    .reduce((bytes, range) => bytes * lengthOf(range), sizeOf(typeOf(one)));
}

function lengthOf(range: Entry): number {
  const count = numberOf(range, attributes.count);
  const bound = numberOf(range, attributes.upperBound);
  return count ?? (bound === null ? 0 : bound + 1);
}

/** The name of a struct or union: its tag, or the typedef that it has in the place of one. */
export function structName(type: Entry | null): string | null {
  const one = bare(type);
  if (one === null || !isAggregate(one)) return null;
  if (one.attributes.has(attributes.name)) return nameOf(one);
  return type !== null && type.tag === tags.typedef ? nameOf(type) : null;
}

interface Walk {
  readonly type: Entry | null;
  /** Of the place from the type's begin. */
  readonly offset: number;
  readonly struct: string | null;
  readonly fromStruct: string;
  readonly inStruct: number;
  readonly path: string;
}

/**
 * The smallest part of `type` that holds all of `size` bytes at `offset`; null when they are not all inside.
 * Members of a union that fit alike: the first. With `size` 0, the object that begins there: a lock or a list, not the
 * first of its fields.
 */
export function placeIn(type: Entry, offset: number, size: number): TypePlace | null {
  const bytes = sizeOf(type);
  // A flexible array lies behind what the size says.
  if (offset < 0 || (bytes > 0 && offset + Math.max(size, 1) > bytes && !endsOpen(type))) return null;
  return descend(
    { type, offset, struct: structName(type), fromStruct: '', inStruct: offset, path: '' },
    size,
  );
}

function endsOpen(type: Entry): boolean {
  const members = bare(type)?.children.filter(({ tag }) => tag === tags.member) ?? [];
  const last = members.at(-1);
  return last !== undefined && sizeOf(typeOf(last)) === 0;
}

function descend(walk: Walk, size: number): TypePlace {
  const type = bare(walk.type);
  const isObject = size === 0 && walk.offset === 0 && parts.has(structName(walk.type) ?? '');
  if (type !== null && isAggregate(type) && !isObject) {
    const members = membersAt(type, walk.offset, Math.max(size, 1));
    const [member] = members;
    if (member !== undefined) {
      if (bitsOf(member) !== null) return bitFields(walk, members);
      return descend(intoMember(walk, member), size);
    }
  }
  if (type !== null && type.tag === tags.arrayType) {
    const element = typeOf(type);
    const bytes = sizeOf(element);
    const index = bytes === 0 ? 0 : Math.floor(walk.offset / bytes);
    if (bytes > 0 && walk.offset - index * bytes + size <= bytes)
      return descend(intoElement(walk, element, index, bytes), size);
  }
  return {
    struct: walk.struct,
    field: walk.fromStruct === '' ? null : walk.fromStruct,
    offset: walk.inStruct - walk.offset,
    size: sizeOf(walk.type),
    path: walk.path,
    signed: isSigned(walk.type),
  };
}

/** DW_ATE_signed, DW_ATE_signed_char; DW_ATE_boolean, DW_ATE_unsigned, DW_ATE_unsigned_char (DWARF 4, figure 22). */
const encodings = { signed: [0x05, 0x06], unsigned: [0x02, 0x07, 0x08] } as const;

function isSigned(type: Entry | null): boolean | null {
  const one = bare(type);
  if (one?.tag === tags.pointerType) return false;
  // Of an enumeration: of the type under it, which clang names.
  if (one?.tag === tags.enumerationType) return isSigned(typeOf(one));
  const encoding = one === null ? null : numberOf(one, attributes.encoding);
  if (encoding === null) return null;
  if (encodings.signed.some((known) => known === encoding)) return true;
  return encodings.unsigned.some((known) => known === encoding) ? false : null;
}

function intoMember(walk: Walk, member: Entry): Walk {
  const type = typeOf(member);
  const offset = walk.offset - memberOffset(member);
  const name = nameOf(member);
  const path = name === null ? walk.path : `${walk.path}.${name}`;
  const field =
    name === null ? walk.fromStruct : walk.fromStruct === '' ? name : `${walk.fromStruct}.${name}`;
  return { ...walk, ...entered(walk, type, offset, field), type, offset, path };
}

function intoElement(walk: Walk, element: Entry | null, index: number, bytes: number): Walk {
  const offset = walk.offset - index * bytes;
  const path = `${walk.path}[${index}]`;
  return { ...walk, ...entered(walk, element, offset, walk.fromStruct), type: element, offset, path };
}

/** A struct with a name of its own is what a reader names from here on. */
function entered(
  walk: Walk,
  type: Entry | null,
  offset: number,
  field: string,
): Pick<Walk, 'struct' | 'fromStruct' | 'inStruct'> {
  const name = structName(type);
  if (name === null || (walk.struct !== null && (parts.has(name) || !isTagged(type))))
    return { struct: walk.struct, fromStruct: field, inStruct: walk.inStruct };
  return { struct: name, fromStruct: '', inStruct: offset };
}

/** `typedef struct { ... } x_t` has no tag: most are small values, named by the field that they are. */
function isTagged(type: Entry | null): boolean {
  return bare(type)?.attributes.has(attributes.name) ?? false;
}

function memberOffset(member: Entry): number {
  const bits = numberOf(member, attributes.dataBitOffset);
  if (bits !== null) return Math.floor(bits / 8);
  return numberOf(member, attributes.dataMemberLocation) ?? 0;
}

/** First bit and number of bits; null for what is no bit-field. */
function bitsOf(member: Entry): readonly [number, number] | null {
  const start = numberOf(member, attributes.dataBitOffset);
  const count = numberOf(member, attributes.bitSize);
  return start === null || count === null ? null : [start, count];
}

/** The member that holds all of the bytes, or the bit-fields that have a part in them. */
function membersAt(type: Entry, offset: number, size: number): Entry[] {
  const members = type.children.filter(({ tag }) => tag === tags.member);
  const whole = members.find((member) => {
    if (bitsOf(member) !== null) return false;
    const start = memberOffset(member);
    const bytes = sizeOf(typeOf(member));
    return offset >= start && (offset + size <= start + bytes || (bytes === 0 && sizeOf(type) <= offset));
  });
  if (whole !== undefined) return [whole];
  const touched = members.filter((member) => {
    const [start, count] = bitsOf(member) ?? [memberOffset(member) * 8, sizeOf(typeOf(member)) * 8];
    return start < (offset + size) * 8 && start + count > offset * 8;
  });
  return touched.every((member) => bitsOf(member) !== null) ? touched : [];
}

/** Bit-fields of one word are one location in memory (LKMM): they are named together. */
function bitFields(walk: Walk, members: readonly Entry[]): TypePlace {
  const names = members.map((member) => nameOf(member) ?? '');
  const shown = names.length > 3 ? [...names.slice(0, 2), '...', names.at(-1)] : names;
  const start = Math.min(...members.map(memberOffset));
  const field = shown.join('/');
  return {
    struct: walk.struct,
    field: walk.fromStruct === '' ? field : `${walk.fromStruct}.${field}`,
    offset: walk.inStruct - walk.offset + start,
    size: sizeOf(typeOf(members[0] as Entry)),
    path: `${walk.path}.${field}`,
    signed: null,
  };
}

/** The member of a struct or union by its name, in unnamed members too; null when there is none. */
export function memberNamed(type: Entry | null, name: string): { type: Entry | null; offset: number } | null {
  const one = bare(type);
  if (one === null || !isAggregate(one)) return null;
  for (const member of one.children) {
    if (member.tag !== tags.member) continue;
    const own = nameOf(member);
    const found =
      own === name
        ? { type: typeOf(member), offset: 0 }
        : own === null
          ? memberNamed(typeOf(member), name)
          : null;
    if (found !== null) return { type: found.type, offset: memberOffset(member) + found.offset };
  }
  return null;
}

/** What an array has or a pointer points to; null for other types. */
export function elementOf(type: Entry | null): Entry | null {
  const one = bare(type);
  return one?.tag === tags.arrayType ? typeOf(one) : pointee(type);
}
