// Watchpoints as single words (kernel/kcsan/encoding.h, v6.12.117). The kernel lays write bit, size and address into a
// long of 64 bits; here they lie in the 53 whole bits of a JavaScript number, which hold every address of the machine:
// so no two addresses have one encoding, as they have none on x86-64.

/** PAGE_SIZE, and with it the range of addresses that share a slot. */
export const slotRange = 4096;
/** How many slots to either side of its own an access looks at. */
export const checkAdjacent = 1;
export const numSlots = 1 + 2 * checkAdjacent;
/** Bytes: the most that the slots an access looks at can hold. */
export const maxEncodableSize = slotRange * (1 + checkAdjacent);

export const invalidWatchpoint = 0;
export const consumedWatchpoint = 1;

const addressUnits = 2 ** 32;
const writeUnit = 2 ** 46;

export interface DecodedWatchpoint {
  readonly address: number;
  readonly size: number;
  readonly write: boolean;
}

/** `address` is above 1, `size` at most {@link maxEncodableSize}. */
export function encodeWatchpoint(address: number, size: number, write: boolean): number {
  return (write ? writeUnit : 0) + size * addressUnits + address;
}

/** Null for what is no watchpoint: {@link invalidWatchpoint}, {@link consumedWatchpoint}. */
export function decodeWatchpoint(word: number): DecodedWatchpoint | null {
  if (word === invalidWatchpoint || word === consumedWatchpoint) return null;
  return {
    address: word % addressUnits,
    size: Math.floor((word % writeUnit) / addressUnits),
    write: word >= writeUnit,
  };
}

export function watchpointSlot(address: number, numWatchpoints: number): number {
  return Math.floor(address / slotRange) % numWatchpoints;
}

/** Whether two accesses have a byte in common; one of no bytes has those around it. */
export function matchingAccess(address1: number, size1: number, address2: number, size2: number): boolean {
  return address1 <= address2 + size2 - 1 && address2 <= address1 + size1 - 1;
}
