// KCSAN's statistics (enum kcsan_counter_id, kernel/kcsan/kcsan.h, v6.12.117), without those of what cannot happen here:
// two contexts that take one watchpoint at a time, and encodings that two addresses share.

export interface Counters {
  setupWatchpoints: number;
  dataRaces: number;
  assertFailures: number;
  noCapacity: number;
  racesUnknownOrigin: number;
  unencodableAccesses: number;
}

export function noCounts(): Counters {
  return {
    setupWatchpoints: 0,
    dataRaces: 0,
    assertFailures: 0,
    noCapacity: 0,
    racesUnknownOrigin: 0,
    unencodableAccesses: 0,
  };
}
