// Plain and volatile accesses as the compiler's instrumentation reports them (LLVM, ThreadSanitizer.cpp): the call
// stands right before the load or the store. Memory that no object of the program holds is never touched.
import { inputError } from '../../base/index.js';
import { accessFlags } from '../detect/index.js';
import { callTold, leaving, readMark, undefinedVariableBytes } from '../link/index.js';
import { nullPage } from './layout.js';
import type { Machine } from './machine.js';
import type { Import } from './types.js';

const { write: writing, marked } = accessFlags;

/**
 * One access of the current context. Answers whether it may go on; if not, the caller must return at once.
 * `flags`: {@link accessFlags}.
 */
export function touch(m: Machine, address: number, size: number, flags: number, site: number): boolean {
  const write = (flags & writing) !== 0;
  const { current } = m;
  if (address >>> 0 >= m.memoryEnd || (address - m.undefinedStart) >>> 0 < m.undefinedBytes)
    return invalidAccess(m, address, size, write, site);
  const next = m.markedNext[current] as number;
  const excused = next > 0 || m.markedDepth[current] !== 0;
  // A marked access takes part in protocols without locks: its place among others decides what is read.
  if (m.visible[site] !== 0 || (flags & marked) !== 0 || excused || m.looksAt(site)) {
    if (!m.reach(address, size, write, 0, 0, site)) return false;
  } else if (!m.step(address, size, write, site)) return false;
  if (next > 0 && (flags & marked) === 0) m.markedNext[current] = next - 1;
  const invalid = address < nullPage || (address >= m.heapStart && !m.heap.holds(address, size));
  // A race with whoever frees is told even where it ends in an invalid access: the other order has to be looked at too.
  if (!m.alone && m.checksOff[current] === 0 && (!invalid || isFreed(m, address, size)))
    m.detector.access(current, address, size, excused ? flags | marked : flags, site);
  if (m.tracer !== null) m.tracer.operation(m.current, accessWords(flags), site, address, size);
  if (invalid) {
    m.tracer?.failed();
    return invalidAccess(m, address, size, write, site);
  }
  if (write) m.changedHere();
  return true;
}

/** Several accesses of one call, in order; as {@link touch}. */
export function touchAll(
  m: Machine,
  site: number,
  ...accesses: readonly (readonly [address: number, size: number, flags: number])[]
): boolean {
  for (let i = m.stage[m.current] as number; i < accesses.length; i++) {
    const [address, size, flags] = accesses[i] as (typeof accesses)[number];
    m.stage[m.current] = i;
    if (size > 0 && !touch(m, address, size, flags, site)) return false;
  }
  m.stage[m.current] = 0;
  return true;
}

function isFreed(m: Machine, address: number, size: number): boolean {
  const block = m.heap.blockAt(address);
  return block !== undefined && block.freeSite !== 0 && address + size <= block.address + block.size;
}

function accessWords(flags: number): string {
  return `${(flags & writing) !== 0 ? 'write' : 'read'}${(flags & marked) !== 0 ? ' (marked)' : ''}`;
}

export function invalidAccess(
  m: Machine,
  address: number,
  size: number,
  write: boolean,
  site: number,
): false {
  if (reachesUndefined(m, address, write, site)) return false;
  const block = address >= m.heapStart ? m.heap.blockAt(address) : undefined;
  const verb = write ? 'write' : 'read';
  const freed = block !== undefined && block.freeSite !== 0;
  const where = freed
    ? block.isThreads
      ? `a thread-local variable of T${block.freedBy}, which has ended`
      : `memory that T${block.freedBy} has freed`
    : block !== undefined
      ? `${address + size - block.address - block.size} bytes beyond a block of ${block.size}`
      : address >>> 0 < nullPage
        ? `address ${address >>> 0}, a null pointer`
        : `address 0x${(address >>> 0).toString(16)}, which belongs to nothing`;
  m.fail({
    kind: freed ? 'use-after-free' : 'invalid-access',
    message: `${verb} of ${size} byte${size === 1 ? '' : 's'} at ${where}`,
    sites: freed && !block.isThreads ? [site, block.freeSite] : [site],
    contexts: freed && !block.isThreads ? [m.current, block.freedBy] : [m.current],
    key: `${freed ? 'use-after-free' : 'invalid-access'} ${site}`,
    address,
  });
  return false;
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
    if (site < leaving) m.wentRound((readMark(site) as { site: number }).site);
    else m.tracer?.operation(m.current, site === leaving ? 'return' : 'call', site, 0, 0);
  };
  return imports;
}
