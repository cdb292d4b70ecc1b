// The table of watchpoints and what can be done to a slot (find_watchpoint() to remove_watchpoint(),
// kernel/kcsan/core.c, v6.12.117).
import {
  checkAdjacent,
  consumedWatchpoint,
  decodeWatchpoint,
  encodeWatchpoint,
  invalidWatchpoint,
  matchingAccess,
  numSlots,
  watchpointSlot,
} from './encoding.js';

export class WatchpointTable {
  /** Slots that are not free, consumed ones among them. */
  used = 0;
  private readonly words: Float64Array;
  private readonly numWatchpoints: number;

  constructor(numWatchpoints: number) {
    this.numWatchpoints = numWatchpoints;
    // A slot's neighbours are looked at without wrapping round: there are some more at the end.
    this.words = new Float64Array(numWatchpoints + numSlots - 1);
  }

  /** Index of a watchpoint that the access runs into, or -1. A read runs into those of writes alone. */
  find(address: number, size: number, expectWrite: boolean): number {
    if (this.used === 0) return -1;
    const slot = watchpointSlot(address, this.numWatchpoints);
    for (let i = 0; i < numSlots; i++) {
      const watchpoint = decodeWatchpoint(this.words[slot + i] as number);
      if (watchpoint === null || (expectWrite && !watchpoint.write)) continue;
      if (matchingAccess(watchpoint.address, watchpoint.size, address, size)) return slot + i;
    }
    return -1;
  }

  /** Index of the slot taken, or -1 when its own and those beside it are taken. */
  insert(address: number, size: number, write: boolean): number {
    const slot = watchpointSlot(address, this.numWatchpoints);
    for (let i = 0; i < numSlots; i++) {
      // The address's own slot is the middle one; it comes first only where the order says so.
      const index = slot + ((i + checkAdjacent) % numSlots);
      if (this.words[index] !== invalidWatchpoint) continue;
      this.words[index] = encodeWatchpoint(address, size, write);
      this.used++;
      return index;
    }
    return -1;
  }

  /** Whoever runs into a watchpoint takes it. Nothing can come in between here, so it is there to take. */
  consume(index: number): void {
    this.words[index] = consumedWatchpoint;
  }

  isConsumed(index: number): boolean {
    return this.words[index] === consumedWatchpoint;
  }

  remove(index: number): void {
    this.words[index] = invalidWatchpoint;
    this.used--;
  }

  reset(): void {
    this.words.fill(invalidWatchpoint);
    this.used = 0;
  }
}
