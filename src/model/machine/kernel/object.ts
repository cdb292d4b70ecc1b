// What all primitives do with the kernel object that they are called for.
import { accessFlags } from '../../detect/index.js';
import { invalidAccess, isGone, isThere } from '../accesses.js';
import type { Machine } from '../machine.js';
import type { SyncKind } from '../sync-objects.js';

/**
 * The slot of the object at `address`, made when there is none; 0 with a finding when no object can lie there, and the
 * caller must return at once. `gates`: what both gates are at first.
 */
export function objectSlot(
  m: Machine,
  address: number,
  kind: SyncKind,
  site: number,
  gates: 0 | 1 = 1,
): number {
  const there = isThere(m, address, 4, true);
  if (!there || isGone(m, address, 4)) {
    // Whoever frees it comes before this or behind it.
    if (there && !m.reach(address, 4, true, 0, 0, site)) return 0;
    invalidAccess(m, address, 4, true, site, accessFlags.marked | accessFlags.object);
    return 0;
  }
  const known = m.sync.find(address);
  if (known !== 0 && m.sync.kinds[known] === kind) return known;
  const slot = m.sync.create(address, kind);
  m.sync.gates[slot << 1] = gates;
  m.sync.gates[(slot << 1) + 1] = gates;
  return slot;
}

/** In the null page: stands for handles that are no addresses of the program's. */
const someHandle = 0x20c;

/** The word that stands for what a handle names, which nobody but the machine looks into. */
export function handleWord(m: Machine, handle: number): number {
  return handle > 0 && handle < m.layout.end ? handle & ~3 : someHandle;
}

/** A short section under a lock inside the primitive: after all earlier ones, before all later ones. */
export function ordered(m: Machine, slot: number): void {
  m.acquire(slot);
  m.release(slot);
  m.changedHere(false);
}

/** What an exported function of arch/wasm32/kernel/data.c tells; `otherwise` for a program without it. */
export function toldNumber(m: Machine, name: string, otherwise: number): number {
  const tell = m.exports[name];
  return typeof tell === 'function' ? (tell as () => number)() : otherwise;
}
