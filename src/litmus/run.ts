// All executions of a litmus test that the kernel's memory model allows: every way through each process with every
// value that its reads may have, every communication between them, each held against the model.
import { inputError, interruptedError } from '../base/index.js';
import { Candidate, type Communication, type Flag, type LkmmEvent, Model } from '../lkmm/index.js';
import { communicationsAt } from './communications.js';
import { holds, observablesOf } from './condition.js';
import { parseLitmus } from './parse.js';
import { type Path, pathsOf } from './paths.js';
import type {
  LitmusResult,
  LitmusState,
  LitmusTest,
  Observable,
  Observation,
  Witness,
  WitnessAccess,
} from './types.js';

export interface LitmusOptions {
  /** Number of the execution to show, from 1. */
  readonly execution?: number;
  /** Milliseconds after which the run is given up. */
  readonly maxTime?: number;
  readonly signal?: AbortSignal;
}

/** Stands for any value: the model lets it come out of thin air. herd7 prints it as a symbol. */
const thinAir = 0x7ff00001;
const thinAirText = 'S1';

/** Milliseconds between two looks at signals. */
const breath = 50;

/** Errors: input (the test cannot be read, or an execution touches what is no location), interrupted, environment. */
export async function runLitmus(
  text: string,
  file: string,
  options: LitmusOptions = {},
): Promise<LitmusResult> {
  const test = await parseLitmus(text, file);
  const search = new Search(test, options);
  let lastBreath = performance.now();
  const started = lastBreath;
  for (const combination of search.combinations()) {
    search.judge(combination);
    const now = performance.now();
    if (now - lastBreath < breath) continue;
    lastBreath = now;
    if (options.maxTime !== undefined && now - started > options.maxTime)
      throw inputError(`${file} was not finished within ${Math.round(options.maxTime / 1000)} s`, {
        hint: 'Give it longer with --max-time SECONDS. Nothing is said of a part of its executions.',
      });
    await new Promise<void>((resume) => setImmediate(resume));
    if (options.signal?.aborted) throw interruptedError();
  }
  return search.result();
}

interface CountedState {
  readonly values: readonly (readonly [Observable, string])[];
  readonly holds: boolean;
  executions: number;
  readonly first: number;
}

class Search {
  private readonly test: LitmusTest;
  private readonly asked: number | undefined;
  private readonly observables: readonly Observable[];
  private readonly paths: readonly (readonly Path[])[];
  private readonly states = new Map<string, CountedState>();
  private readonly flags = new Set<Flag>();
  private executions = 0;
  private positive = 0;
  private witness: Witness | null = null;

  constructor(test: LitmusTest, { execution }: LitmusOptions) {
    this.test = test;
    this.asked = execution;
    this.observables = observablesOfTest(test);
    this.paths = allPaths(test);
  }

  /** One way through each process, in every combination in which each value that is read is written. */
  *combinations(): Iterable<readonly Path[]> {
    const facts = new Facts(this.test, this.paths);
    const chosen: Path[] = [];
    function* from(this: Search, process: number, needed: bigint, given: bigint): Iterable<readonly Path[]> {
      if (process === this.paths.length) {
        yield [...chosen];
        return;
      }
      const later = facts.givenFrom[process + 1] as bigint;
      for (const path of this.paths[process] as readonly Path[]) {
        const { needs, gives } = facts.of(path);
        const allNeeded = needed | needs;
        const allGiven = given | gives;
        if ((allNeeded & ~(allGiven | later)) !== 0n) continue;
        chosen[process] = path;
        yield* from.call(this, process + 1, allNeeded, allGiven);
      }
    }
    yield* from.call(this, 0, 0n, facts.initial);
  }

  judge(paths: readonly Path[]): void {
    const { test } = this;
    const used = new Set<number>();
    for (const { events } of paths)
      for (const { location } of events) if (location !== null) used.add(location);
    const candidate = new Candidate(
      [...used].map((location) => [location, initialValue(test, location)] as const),
      paths.map(({ events }) => events),
    );
    const options = [...used].map((location) => communicationsAt(candidate, location));
    if (options.some((list) => list.length === 0)) return;
    // Locations with one way only come first: what they forbid holds for all others.
    options.sort((a, b) => a.length - b.length);
    const model = new Model(candidate);
    this.join(model, candidate, paths, options, 0, { readsFrom: [], coherence: [] });
  }

  private join(
    model: Model,
    candidate: Candidate,
    paths: readonly Path[],
    options: readonly (readonly Communication[])[],
    at: number,
    joined: Communication,
  ): void {
    if (at === options.length) {
      const flags = model.judge(joined);
      if (flags !== null) this.take(candidate, paths, joined, flags);
      return;
    }
    const list = options[at] as readonly Communication[];
    for (const option of list) {
      const next: Communication = {
        readsFrom: [...joined.readsFrom, ...option.readsFrom],
        coherence: [...joined.coherence, ...option.coherence],
      };
      if (list.length > 1 && at + 1 < options.length && model.judge(next, false) === null) continue;
      this.join(model, candidate, paths, options, at + 1, next);
    }
  }

  private take(
    candidate: Candidate,
    paths: readonly Path[],
    communication: Communication,
    flags: readonly Flag[],
  ): void {
    const { test } = this;
    for (const { fault } of paths)
      if (fault !== null)
        throw inputError(
          `an execution that the model allows accesses ${fault.address}, which is no location`,
          {
            at: { file: test.file, line: fault.line },
            hint: 'Let the pointer begin as the address of a location: int *p = &x.',
          },
        );
    const last = new Map<number, number>();
    for (const order of communication.coherence) {
      const write = candidate.events[order.at(-1) as number] as LkmmEvent;
      last.set(write.location as number, write.value);
    }
    const valueFor = (observable: Observable) => finalValue(test, paths, last, observable);
    if (test.filter !== null && !holds(test.filter, valueFor)) return;
    this.executions++;
    for (const flag of flags) this.flags.add(flag);
    const values = this.observables.map(
      (observable) => [observable, valueText(test, valueFor(observable))] as const,
    );
    const text = stateText(values);
    const isPositive = holds(test.condition, valueFor);
    if (isPositive) this.positive++;
    const known = this.states.get(text);
    if (known !== undefined) known.executions++;
    else this.states.set(text, { values, holds: isPositive, executions: 1, first: this.executions });
    if (this.executions === this.asked)
      this.witness = witnessOf(test, candidate, communication, this.executions, text, flags);
  }

  result(): LitmusResult {
    const { test } = this;
    if (this.asked !== undefined && this.witness === null)
      throw inputError(`${test.file} has ${this.executions} executions, and no number ${this.asked}`);
    const states: readonly LitmusState[] = [...this.states]
      .map(([text, state]) => ({ text, ...state }))
      .sort((a, b) => (a.text < b.text ? -1 : 1));
    const observation: Observation =
      this.positive === 0 ? 'Never' : this.positive === this.executions ? 'Always' : 'Sometimes';
    const race = this.flags.has('data-race');
    const { expected, quantifier } = test;
    return {
      file: test.file,
      name: test.name,
      model: 'lkmm',
      states,
      executions: this.executions,
      positive: this.positive,
      quantifier,
      conditionText: test.conditionText,
      observation,
      holds:
        quantifier === 'exists'
          ? this.positive > 0
          : quantifier === 'forall'
            ? this.executions > 0 && this.positive === this.executions
            : this.executions > 0 && this.positive === 0,
      race,
      thinAir: states.some(({ values }) => values.some(([, value]) => value === thinAirText)),
      flags: [...this.flags].sort(),
      expected,
      asExpected:
        expected === null
          ? null
          : (expected.observation === 'Deadlock'
              ? this.executions === 0
              : expected.observation === observation) &&
            (expected.race === null || expected.race === race),
      witness: this.witness,
    };
  }
}

/** Values at locations as bits: what a path reads, and what it writes. */
class Facts {
  /** Values that all locations begin with. */
  readonly initial: bigint;
  /** By process: what this and the processes behind it may write. */
  readonly givenFrom: bigint[] = [];
  private readonly bits = new Map<string, bigint>();
  private readonly paths = new Map<Path, { readonly needs: bigint; readonly gives: bigint }>();

  constructor(test: LitmusTest, paths: readonly (readonly Path[])[]) {
    let initial = 0n;
    for (const location of test.locations.keys()) initial |= this.bit(location, initialValue(test, location));
    this.initial = initial;
    this.givenFrom[paths.length] = 0n;
    for (let process = paths.length - 1; process >= 0; process--) {
      let given = this.givenFrom[process + 1] as bigint;
      for (const path of paths[process] as readonly Path[]) {
        let needs = 0n;
        let gives = 0n;
        for (const { kind, location, value } of path.events) {
          if (location === null) continue;
          if (kind === 'read') needs |= this.bit(location, value);
          if (kind === 'write') gives |= this.bit(location, value);
        }
        this.paths.set(path, { needs, gives });
        given |= gives;
      }
      this.givenFrom[process] = given;
    }
  }

  of(path: Path): { readonly needs: bigint; readonly gives: bigint } {
    return this.paths.get(path) as { readonly needs: bigint; readonly gives: bigint };
  }

  private bit(location: number, value: number): bigint {
    const key = `${location}:${value}`;
    const known = this.bits.get(key);
    if (known !== undefined) return known;
    const bit = 1n << BigInt(this.bits.size);
    this.bits.set(key, bit);
    return bit;
  }
}

/** All ways through each process; a location may have what any of them writes there. */
function allPaths(test: LitmusTest): readonly (readonly Path[])[] {
  const domain = new Map<number, Set<number>>();
  for (const location of test.locations.keys()) domain.set(location, new Set([initialValue(test, location)]));
  // A value that comes out of thin air goes through a plain access: any other circle of dependencies is forbidden.
  if (test.processes.some(({ body }) => hasPlainLoad(body)))
    for (const values of domain.values()) values.add(thinAir);
  for (let round = 0; ; round++) {
    const paths = test.processes.map((process) => pathsOf(process, domain, test.file));
    let grown = false;
    let writes = 0;
    for (const list of paths) {
      writes += Math.max(
        0,
        ...list.map(({ events }) => events.filter(({ kind }) => kind === 'write').length),
      );
      for (const { events } of list)
        for (const { kind, location, value } of events) {
          if (kind !== 'write' || location === null) continue;
          const values = domain.get(location) as Set<number>;
          if (!values.has(value)) grown = true;
          values.add(value);
        }
    }
    // A value goes through as many writes as there are, at most, unless it comes out of thin air.
    if (!grown || round > writes) return paths;
  }
}

function hasPlainLoad(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  if ('kind' in body && body.kind === 'load' && 'order' in body && body.order === 'plain') return true;
  return Object.values(body).some(hasPlainLoad);
}

function initialValue(test: LitmusTest, location: number): number {
  return test.initial.get(location) ?? 0;
}

/** What a state tells: what the condition and the list of locations speak of, registers first, as herd7 sorts them. */
function observablesOfTest(test: LitmusTest): readonly Observable[] {
  const found = new Map<string, Observable>();
  const all = [...observablesOf(test.condition), ...test.shown];
  for (const observable of all) {
    const address = [...test.locations].find(([, name]) => name === observable.name)?.[0];
    if (observable.kind === 'register' && test.processes[observable.process] === undefined)
      throw inputError(`${test.file}: there is no process ${observable.process}`);
    if (observable.kind === 'location' && address === undefined)
      throw inputError(`${test.file}: the condition names ${observable.name}, which no process touches`);
    found.set(observableText(observable), observable);
  }
  return [...found]
    .sort(([a, first], [b, second]) =>
      first.kind !== second.kind ? (first.kind === 'register' ? -1 : 1) : a < b ? -1 : 1,
    )
    .map(([, observable]) => observable);
}

function finalValue(
  test: LitmusTest,
  paths: readonly Path[],
  last: ReadonlyMap<number, number>,
  observable: Observable,
): number {
  if (observable.kind === 'register') return paths[observable.process]?.registers.get(observable.name) ?? 0;
  for (const [address, name] of test.locations)
    if (name === observable.name) return last.get(address) ?? initialValue(test, address);
  return 0;
}

function valueText(test: LitmusTest, value: number): string {
  if (value === thinAir) return thinAirText;
  return test.locations.get(value) ?? String(value);
}

function observableText(observable: Observable): string {
  return observable.kind === 'register' ? `${observable.process}:${observable.name}` : `[${observable.name}]`;
}

function stateText(values: readonly (readonly [Observable, string])[]): string {
  return values.map(([observable, value]) => `${observableText(observable)}=${value};`).join(' ');
}

function witnessOf(
  test: LitmusTest,
  candidate: Candidate,
  { readsFrom, coherence }: Communication,
  execution: number,
  state: string,
  flags: readonly Flag[],
): Witness {
  const source = new Map(readsFrom.map(([write, read]) => [read, write]));
  const orderAt = new Map(coherence.flatMap((order) => order.map((write) => [write, order] as const)));
  const accesses = candidate.events.flatMap((event, number): readonly WitnessAccess[] => {
    const process = candidate.processes[number] as number;
    if (process < 0 || event.kind === 'lock-read') return [];
    const write = source.get(number);
    const order = write === undefined ? [] : (orderAt.get(write) ?? []);
    const from = write === undefined ? undefined : candidate.events[write];
    const hasValue = event.kind === 'read' || event.kind === 'write';
    return [
      {
        process,
        line: event.line,
        does: event.kind,
        order: event.order,
        location: event.location === null ? null : (test.locations.get(event.location) ?? null),
        value: hasValue ? valueText(test, event.value) : null,
        from:
          from === undefined || write === undefined || candidate.initial.has(write)
            ? null
            : { process: candidate.processes[write] as number, line: from.line },
        newer: write === undefined ? 0 : order.length - 1 - order.indexOf(write),
      },
    ];
  });
  return {
    execution,
    state,
    accesses,
    coherence: coherence
      .filter((order) => order.length > 2)
      .map((order) => ({
        location: test.locations.get(candidate.events[order[0] as number]?.location as number) ?? '',
        writes: order.map((write) => {
          const event = candidate.events[write] as LkmmEvent;
          const isInitial = candidate.initial.has(write);
          return {
            process: isInitial ? null : (candidate.processes[write] as number),
            line: event.line,
            value: valueText(test, event.value),
          };
        }),
      })),
    flags,
  };
}
