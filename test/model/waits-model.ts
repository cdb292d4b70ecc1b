// Programs of fixtures/random_waits.c and what they can do, by plain search of their states: a loop that waits leads back
// to a state that is known, so that no execution has to be cut. Nothing here is shared with the machine.

export const threadCount = 3;
/** Instructions that a thread has room for. */
export const roomPerThread = 32;

/** What it does, and two operands. */
export type Instruction = readonly [op: number, a: number, b: number];

export const op = {
  end: 0,
  load: 1,
  store: 2,
  add: 3,
  exchange: 4,
  lock: 5,
  unlock: 6,
  tryLock: 7,
  ifZero: 8,
  ifNot: 9,
  plainLoad: 10,
  plainStore: 11,
  note: 12,
  timedWait: 13,
  signal: 14,
  post: 15,
  tryDown: 16,
  count: 17,
  restart: 18,
  yield: 19,
  equals: 20,
  jump: 21,
  readLock: 22,
  writeLock: 23,
  rwUnlock: 24,
} as const;

export interface ModelOutcomes {
  /** Of what every thread noted, and of the variables, where all came to their end. */
  readonly finals: readonly string[];
  /** Whether some state leads to no end, however fair the scheduler is. */
  readonly hangs: boolean;
  /** Whether in some state two threads stand before plain accesses of one variable, one of them a write. */
  readonly races: boolean;
}

interface State {
  at: number[];
  r: number[];
  n: number[];
  noted: number[];
  /** 0 runs, 1 waits on a condition, 2 has left the wait and wants its lock back. */
  phase: number[];
  marked: number[];
  plain: number[];
  owners: number[];
  values: number[];
  writers: number[];
  readers: number[];
}

/** Null when there are more than `most` states. */
export function search(code: readonly (readonly Instruction[])[], most: number): ModelOutcomes | null {
  const first: State = {
    at: [0, 0, 0],
    r: [0, 0, 0],
    n: [0, 0, 0],
    noted: [0, 0, 0],
    phase: [0, 0, 0],
    marked: [0, 0],
    plain: [0, 0],
    owners: [-1, -1],
    values: [0, 0],
    writers: [-1, -1],
    readers: [0, 0],
  };
  const known = new Map<string, number>();
  const backwards: number[][] = [];
  const ends: number[] = [];
  const finals = new Set<string>();
  const queue: State[] = [];
  let races = false;
  const enter = (state: State, from: number) => {
    const key = JSON.stringify(state);
    let number = known.get(key);
    if (number === undefined) {
      number = queue.push(state) - 1;
      known.set(key, number);
      backwards.push([]);
    }
    if (from >= 0) (backwards[number] as number[]).push(from);
  };
  enter(first, -1);
  for (let i = 0; i < queue.length; i++) {
    if (queue.length > most) return null;
    const state = queue[i] as State;
    const instructions = state.at.map((at, thread) => code[thread]?.[at] ?? ([op.end, 0, 0] as const));
    if (instructions.every(([what]) => what === op.end)) {
      ends.push(i);
      finals.add(JSON.stringify([state.noted, state.marked, state.plain]));
      continue;
    }
    for (const [t, [what, a]] of instructions.entries())
      for (const [u, [other, b]] of instructions.entries())
        if (
          t < u &&
          a === b &&
          [what, other].every((one) => one === op.plainLoad || one === op.plainStore) &&
          [what, other].includes(op.plainStore)
        )
          races = true;
    for (let thread = 0; thread < threadCount; thread++)
      for (const next of steps(state, thread, instructions)) enter(next, i);
  }
  const reached = new Set(ends);
  const open = [...ends];
  for (let state = open.pop(); state !== undefined; state = open.pop())
    for (const before of backwards[state] as number[])
      if (!reached.has(before)) {
        reached.add(before);
        open.push(before);
      }
  return { finals: [...finals].sort(), hangs: reached.size < queue.length, races };
}

function steps(state: State, t: number, instructions: readonly Instruction[]): State[] {
  const [what, a, b] = instructions[t] as Instruction;
  if (what === op.end) return [];
  const next = structuredClone(state);
  const go = (r = state.r[t] as number, at = (state.at[t] as number) + 1): State[] => {
    next.r[t] = r;
    next.at[t] = at;
    return [next];
  };
  const r = state.r[t] as number;
  const marked = state.marked[a] as number;
  switch (what) {
    case op.load:
      return go(marked);
    case op.store:
      next.marked[a] = b;
      return go();
    case op.add:
      next.marked[a] = marked + b;
      return go(marked);
    case op.exchange:
      if (marked !== b >> 4) return go(0);
      next.marked[a] = b & 15;
      return go(1);
    case op.lock:
      if (state.owners[a] !== -1) return [];
      next.owners[a] = t;
      return go();
    case op.unlock:
      next.owners[a] = -1;
      return go();
    case op.tryLock:
      if (state.owners[a] !== -1) return go(0);
      next.owners[a] = t;
      return go(1);
    case op.ifZero:
      return go(r, r === 0 ? b : undefined);
    case op.ifNot:
      return go(r, r !== 0 ? b : undefined);
    case op.plainLoad:
      return go(state.plain[a]);
    case op.plainStore:
      next.plain[a] = b;
      return go();
    case op.note:
      next.noted[t] = (((state.noted[t] as number) * 7 + r + 1) | 0) as number;
      return go();
    case op.timedWait: {
      if (state.phase[t] === 0) {
        next.phase[t] = 1;
        next.owners[a] = -1;
        return [next];
      }
      if (state.phase[t] === 1) {
        // The time runs out.
        next.phase[t] = 2;
        next.r[t] = 0;
        return [next];
      }
      if (state.owners[a] !== -1) return [];
      next.owners[a] = t;
      next.phase[t] = 0;
      return go(r);
    }
    case op.signal: {
      const waiting = instructions.flatMap(([other, condition], u) =>
        other === op.timedWait && condition === a && state.phase[u] === 1 ? [u] : [],
      );
      if (waiting.length === 0) return go();
      return waiting.map((u) => {
        const one = structuredClone(state);
        one.phase[u] = 2;
        one.r[u] = 1;
        one.at[t] = (state.at[t] as number) + 1;
        return one;
      });
    }
    case op.post:
      next.values[a] = (state.values[a] as number) + 1;
      return go();
    case op.tryDown:
      if (state.values[a] === 0) return go(0);
      next.values[a] = (state.values[a] as number) - 1;
      return go(1);
    case op.count:
      next.n[t] = (state.n[t] as number) + 1;
      return go((next.n[t] as number) < b ? 1 : 0);
    case op.restart:
      next.n[t] = 0;
      return go();
    case op.yield:
      return go();
    case op.equals:
      return go(r === b ? 1 : 0);
    case op.jump:
      return go(r, b);
    case op.readLock:
      if (state.writers[a] !== -1) return [];
      next.readers[a] = (state.readers[a] as number) + 1;
      return go();
    case op.writeLock:
      if (state.writers[a] !== -1 || (state.readers[a] as number) > 0) return [];
      next.writers[a] = t;
      return go();
    case op.rwUnlock:
      if (state.writers[a] === t) next.writers[a] = -1;
      else next.readers[a] = (state.readers[a] as number) - 1;
      return go();
    default:
      throw new Error(`no instruction ${what}`);
  }
}
