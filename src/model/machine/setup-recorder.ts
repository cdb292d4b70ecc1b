// Stands between the machine and a scheduler while setup runs, and notes what the scheduler is told: told once more, it
// knows what it would know had setup run again.
import type { Machine } from './machine.js';
import type { Scheduler } from './scheduler.js';

const facts = { started: 0, published: 1, observed: 2 } as const;

export class SetupRecorder implements Scheduler {
  /** Whether the scheduler was asked for a choice: what comes behind it differs from execution to execution. */
  wasAsked = false;
  private readonly inner: Scheduler;
  /** Each once: without a choice in between, to be told again is to be told nothing new. */
  private readonly told = new Map<string, readonly [kind: number, first: number, second: number]>();

  constructor(inner: Scheduler) {
    this.inner = inner;
  }

  /** What the scheduler was told so far: kind and the two arguments, one behind the other. */
  facts(): Int32Array {
    return Int32Array.from([...this.told.values()].flat());
  }

  begin(machine: Machine): void {
    this.inner.begin(machine);
  }

  pick(enabled: number, current: number): number {
    this.wasAsked = true;
    return this.inner.pick(enabled, current);
  }

  value(count: number): number {
    this.wasAsked = true;
    return this.inner.value(count);
  }

  operation(): number {
    return this.inner.operation?.() ?? -1;
  }

  follows(operation: number): boolean {
    return this.inner.follows?.(operation) ?? true;
  }

  started(child: number, parent: number): void {
    this.note(facts.started, child, parent);
    this.inner.started(child, parent);
  }

  published(context: number, slot: number): void {
    this.note(facts.published, context, slot);
    this.inner.published(context, slot);
  }

  observed(context: number, slot: number): void {
    this.note(facts.observed, context, slot);
    this.inner.observed(context, slot);
  }

  private note(kind: number, first: number, second: number): void {
    const key = `${kind} ${first} ${second}`;
    if (!this.told.has(key)) this.told.set(key, [kind, first, second]);
  }
}

/** `told`: what {@link SetupRecorder.facts} gave. */
export function tell(scheduler: Scheduler, told: Int32Array): void {
  for (let i = 0; i < told.length; i += 3) {
    const first = told[i + 1] as number;
    const second = told[i + 2] as number;
    if (told[i] === facts.started) scheduler.started(first, second);
    else if (told[i] === facts.published) scheduler.published(first, second);
    else scheduler.observed(first, second);
  }
}
