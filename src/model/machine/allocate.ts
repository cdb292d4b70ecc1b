// Taking and giving back memory, for every allocator that a program can call.
import { accessFlags } from '../detect/index.js';
import type { Machine } from './machine.js';
import { failAt } from './misuse.js';

/** What fresh memory holds, so that a program that relies on zeroes is seen to. */
const freshByte = 0xa5;

/** Address of a new block of the current context's, or 0. */
export function allocateBlock(
  m: Machine,
  size: number,
  site: number,
  alignment = 8,
  content = freshByte,
): number {
  const address = m.heap.allocate(m.current, size, site, alignment);
  if (address !== 0) m.bytes.fill(content, address, address + size);
  m.tracer?.event(m.current, { kind: 'allocate', bytes: size }, site, address, 0);
  return address;
}

/**
 * Gives a block back. Answers whether the caller may go on; if not, it must return at once. `names`: of the functions
 * that free and that allocate, for findings.
 */
export function freeBlock(
  m: Machine,
  address: number,
  site: number,
  names: { readonly free: string; readonly allocate: string },
): boolean {
  const block = address >= m.heap.start ? m.heap.blockAt(address) : undefined;
  if (block === undefined || block.address !== address) {
    failAt(m, 'invalid-free', { fact: 'not-allocated', call: names.free, allocate: names.allocate }, site);
    return false;
  }
  const size = Math.max(block.size, 1);
  if (m.visible[site] === 0) m.steps++;
  else if (!m.reach(address, size, true, 0, 0, site)) return false;
  if (!m.alone) m.detector.access(m.current, address, size, accessFlags.write | accessFlags.object, site);
  if (block.freeSite !== 0) {
    m.fail({
      kind: 'double-free',
      facts: { fact: 'freed-twice', call: names.free, who: block.freedBy },
      sites: [site, block.freeSite],
      contexts: [m.current, block.freedBy],
      key: `double-free ${site}`,
      address,
    });
    return false;
  }
  m.tracer?.event(m.current, { kind: 'free' }, site, address, block.size);
  m.heap.free(block, m.current, site);
  m.changed();
  return true;
}
