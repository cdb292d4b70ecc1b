// Plain and volatile accesses as the compiler's instrumentation reports them (LLVM, ThreadSanitizer.cpp): the call
// stands right before the load or the store. Memory that no object of the program holds is never touched.
import { inputError } from '../../base/index.js';
import { accessFlags } from '../detect/index.js';
import { callTold, leaving, undefinedVariableBytes } from '../link/index.js';
import { type AccessEvent, accessEvent } from './events.js';
import type { WrongPlace } from './findings.js';
import { nullPage } from './layout.js';
import type { Machine } from './machine.js';
import type { Import } from './types.js';

const { write: writing, marked, object } = accessFlags;
/** Of accesses that are operations whether they race or not. */
const operating = marked | object;

const called = { kind: 'call' } as const;
const returned = { kind: 'return' } as const;

/** `flags`: {@link accessFlags}. */
export type Access = readonly [address: number, size: number, flags: number];

/**
 * One access of the current context. Answers whether it may go on; if not, the caller must return at once.
 * `flags`: {@link accessFlags}.
 */
export function touch(m: Machine, address: number, size: number, flags: number, site: number): boolean {
  const write = (flags & writing) !== 0;
  const { current } = m;
  if (!isThere(m, address, size, write)) return invalidAccess(m, address, size, write, site);
  const next = m.markedNext[current] as number;
  const excused = next > 0 || m.markedDepth[current] !== 0;
  // A marked access takes part in protocols without locks: its place among others decides what is read. Where an object
  // begins or ends decides what its users find, and who never gets it races with nobody.
  if (m.visible[site] !== 0 || (flags & operating) !== 0 || excused || m.looksAt(site)) {
    if (!m.reach(address, size, write, 0, 0, site)) return false;
  } else if (!m.step(address, size, write, site)) return false;
  if (next > 0 && (flags & marked) === 0) m.markedNext[current] = next - 1;
  const invalid = isGone(m, address, size);
  const seen = excused ? flags | marked : flags;
  if (!invalid && !m.alone && m.checksOff[current] === 0)
    m.detector.access(current, address, size, seen, site);
  m.tracer?.event(m.current, eventOf(flags), site, address, size);
  if (invalid) {
    m.tracer?.failed();
    return invalidAccess(m, address, size, write, site, seen);
  }
  if (write) {
    m.changedHere();
    m.weak?.overwritten(address, size);
  }
  return true;
}

/**
 * Whether there is memory that may be accessed so. What lies on the heap is looked at when the access happens, which
 * others may come before: see {@link isGone}.
 */
export function isThere(m: Machine, address: number, size: number, write: boolean): boolean {
  const at = address >>> 0;
  return at < m.heapStart ? m.bounds.holds(at, size, write) : at + (size >>> 0) <= m.memoryEnd;
}

/** Of memory that {@link isThere}: whether it is part of no block of the heap, or of one that is freed. */
export function isGone(m: Machine, address: number, size: number): boolean {
  return address >>> 0 >= m.heapStart && !m.heap.holds(address, size);
}

/**
 * The current context uses the object of a primitive, a lock or the like, at `address`: this meets no other use, but
 * whoever initialises it, frees it or writes over it. False with a finding where it is not there.
 */
export function useObject(m: Machine, address: number, size: number, site: number): boolean {
  // What the machine keeps for itself lies in no memory of the program's.
  if (address < nullPage) return true;
  if (!isThere(m, address, size, true) || isGone(m, address, size))
    return invalidAccess(m, address, size, true, site, marked | accessFlags.object);
  if (!m.alone) m.detector.access(m.current, address, size, marked | accessFlags.object, site);
  return true;
}

/** The object of a primitive begins, or ends. False: return at once. */
export function initObject(m: Machine, address: number, size: number, site: number): boolean {
  return touch(m, address, size, writing | accessFlags.object, site);
}

/** Bytes of an access that takes far longer than most. */
const largeAccess = 4096;

/** Several accesses of one call, in order; as {@link touch}. */
export function touchAll(m: Machine, site: number, ...accesses: readonly Access[]): boolean {
  for (let i = m.stage[m.current] as number; i < accesses.length; i++) {
    const [address, size, flags] = accesses[i] as (typeof accesses)[number];
    m.stage[m.current] = i;
    if (size > 0 && !touch(m, address, size, flags, site)) return false;
    if (size > largeAccess) m.worked(size);
  }
  m.stage[m.current] = 0;
  return true;
}

function isFreed(m: Machine, address: number, size: number): boolean {
  const block = m.heap.blockAt(address);
  return block !== undefined && block.freeSite !== 0 && address + size <= block.address + block.size;
}

function eventOf(flags: number): AccessEvent {
  return accessEvent((flags & writing) !== 0 ? 'write' : 'read', (flags & marked) !== 0 ? 'marked' : 'plain');
}

/** `flags`: as the race detector sees it where it is one of memory that is freed. */
export function invalidAccess(
  m: Machine,
  address: number,
  size: number,
  write: boolean,
  site: number,
  flags: number = marked | (write ? writing : 0),
): false {
  if (reachesUndefined(m, address, write, site)) return false;
  // A race with whoever frees is told even where it ends so: the other order has to be looked at too.
  if (!m.alone && m.checksOff[m.current] === 0 && isFreed(m, address, size))
    m.detector.access(m.current, address, size, flags, site);
  const block = address >= m.heapStart ? m.heap.blockAt(address) : undefined;
  const freed = block !== undefined && block.freeSite !== 0;
  const byOther = freed && !block.isThreads;
  const kind = freed ? 'use-after-free' : 'invalid-access';
  m.fail({
    kind,
    facts: {
      fact: 'access',
      access: write ? 'write' : 'read',
      size,
      address: address >>> 0,
      place: wrongPlace(m, block, address >>> 0, size),
    },
    sites: byOther ? [site, block.freeSite] : [site],
    contexts: byOther ? [m.current, block.freedBy] : [m.current],
    key: `${kind} ${site}`,
    address,
  });
  return false;
}

function wrongPlace(
  m: Machine,
  block: Machine['heap']['blocks'][number] | undefined,
  address: number,
  size: number,
): WrongPlace {
  if (block !== undefined)
    return block.freeSite !== 0
      ? { what: block.isThreads ? 'ended-thread' : 'freed', who: block.freedBy }
      : { what: 'beyond-block', by: address + size - block.address - block.size, bytes: block.size };
  const place = m.bounds.placeOf(address, size);
  if (place.what === 'frame') return { what: 'frame', who: place.context };
  if (place.what !== 'beyond') return place;
  return { what: 'beyond', name: place.object.name, by: place.by, bytes: place.object.size };
}

/** Whether that is a variable that nobody supplies, which ends the run. */
function reachesUndefined(m: Machine, address: number, write: boolean, site: number): boolean {
  const index = Math.floor((address - m.undefinedStart) / undefinedVariableBytes);
  const name = m.program.undefinedVariables[index]?.name;
  if (name === undefined) return false;
  const place = m.program.symbols.place(site);
  m.abort(
    inputError(
      `the variable ${name} is not supplied by the machine, and ${place.function}() ${write ? 'writes' : 'reads'} it`,
      {
        at: { file: place.file, line: place.line },
        hint: `Define ${name} in the harness, or add the file that defines it to \`sources\`.`,
      },
    ),
  );
  return true;
}

export function accessImports(m: Machine): Record<string, Import> {
  const imports: Record<string, Import> = {};
  for (const size of [1, 2, 4, 8, 16]) {
    const plain = (flags: number) => (address: number, site: number) => {
      touch(m, address, size, flags, site);
    };
    for (const unaligned of ['', 'unaligned_']) {
      imports[`__tsan_${unaligned}read${size}`] = plain(0);
      imports[`__tsan_${unaligned}write${size}`] = plain(writing);
      imports[`__tsan_${unaligned}read_write${size}`] = plain(writing);
      imports[`__tsan_${unaligned}volatile_read${size}`] = plain(0);
      imports[`__tsan_${unaligned}volatile_write${size}`] = plain(writing);
    }
  }
  imports.__tsan_read_range = (address: number, size: number, site: number) =>
    void (size > 0 && touch(m, address, size, 0, site));
  imports.__tsan_write_range = (address: number, size: number, site: number) =>
    void (size > 0 && touch(m, address, size, writing, site));
  const copy = (to: number, from: number, size: number, site: number) => {
    if (touchAll(m, site, [from, size, 0], [to, size, writing])) m.bytes.copyWithin(to, from, from + size);
    return to;
  };
  const fill = (to: number, value: number, size: number, site: number) => {
    if (touchAll(m, site, [to, size, writing])) m.bytes.fill(value, to, to + size);
    return to;
  };
  for (const prefix of ['__tsan_', '']) {
    imports[`${prefix}memcpy`] = copy;
    imports[`${prefix}memmove`] = copy;
    imports[`${prefix}memset`] = fill;
  }
  const nothing = () => 0;
  for (const name of ['__tsan_func_entry', '__tsan_func_exit', '__tsan_vptr_update']) imports[name] = nothing;
  imports[callTold] = (site: number) => {
    if (site < leaving) m.wentRound(site);
    else m.tracer?.event(m.current, site === leaving ? returned : called, site, 0, 0);
  };
  return imports;
}
