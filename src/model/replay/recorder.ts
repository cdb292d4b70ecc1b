// The steps of an execution, as a tracer writes them down: who does what where, with values, calls and locks.
import {
  type HeldLock,
  HeldLocks,
  type Machine,
  type MachineEvent,
  noSite,
  onlyReads,
  type StepEvent,
  type Tracer,
} from '../machine/index.js';

export interface ReplayStep {
  readonly context: number;
  readonly site: number;
  readonly event: StepEvent;
  readonly address: number;
  /** Bytes; 0 for what is no access. */
  readonly size: number;
  /** What was read, or what memory held after a write; null for what is no access. */
  value: string | null;
  /** Whether another context could have come in between. */
  readonly concurrent: boolean;
  /** Sites of the calls that led to it, innermost first; empty unless the program tells its calls. */
  readonly calls: CallStack;
  /** Locks that the context holds. */
  readonly locks: readonly HeldLock[];
}

/** What a primitive that is told of by its address alone accesses there. */
export const wordBytes = 4;

/** A linked list, of which every step keeps its own end. */
export type CallStack = { readonly site: number; readonly caller: CallStack } | null;

/** Writes down every step of an execution that it is told of. */
export class Recorder implements Tracer {
  readonly steps: ReplayStep[] = [];
  private readonly machine: Machine;
  private unsettled: ReplayStep | null = null;
  private readonly calls: CallStack[] = [];
  readonly held = new HeldLocks();

  constructor(machine: Machine) {
    this.machine = machine;
  }

  event(context: number, event: MachineEvent, at: number, address: number, size: number): void {
    this.settle();
    const site = at === noSite ? (this.steps.at(-1)?.site ?? 0) : at;
    const calls = this.calls[context] ?? null;
    if (event.kind === 'call') {
      this.calls[context] = { site, caller: calls };
      return;
    }
    if (event.kind === 'return') {
      this.calls[context] = calls?.caller ?? null;
      return;
    }
    const step: ReplayStep = {
      context,
      site,
      event,
      address,
      size,
      value: null,
      concurrent: !this.machine.alone,
      calls,
      locks: this.held.of(context),
    };
    this.steps.push(step);
    this.held.note(context, event, site, address);
    // What lies in memory that is given back is nobody's value.
    if (event.kind !== 'access') return;
    if (event.old !== undefined) step.value = numberText(BigInt(event.old.value), size);
    else if (onlyReads(event)) step.value = this.valueAt(address, size);
    else this.unsettled = step;
  }

  /** Where `context` stands: what it called and has not returned from, and what it holds. */
  endOf(context: number): { readonly calls: CallStack; readonly locks: readonly HeldLock[] } {
    return { calls: this.calls[context] ?? null, locks: this.held.of(context) };
  }

  failed(): void {
    this.unsettled = null;
    const last = this.steps.at(-1);
    if (last !== undefined) last.value = null;
  }

  /** Index of the newest step of `context` at `site` that touches `address`; -1 when there is none. */
  lastAccess(context: number, site: number, address: number): number {
    return this.steps.findLastIndex(
      (step) =>
        step.context === context &&
        step.site === site &&
        step.address <= address &&
        address < step.address + (step.size || wordBytes),
    );
  }

  /** A write is told before it happens: what it wrote is known once something else comes. */
  settle(): void {
    if (this.unsettled !== null)
      this.unsettled.value = this.valueAt(this.unsettled.address, this.unsettled.size);
    this.unsettled = null;
  }

  private valueAt(address: number, size: number): string | null {
    const view = new DataView(this.machine.memory.buffer);
    if (address < 0 || address + size > view.byteLength) return null;
    // Of fewer bytes than an int has, most are unsigned where drivers share them.
    if (size === 1) return numberText(BigInt(view.getUint8(address)), 1);
    if (size === 2) return numberText(BigInt(view.getUint16(address, true)), 2);
    if (size === 4) return numberText(BigInt(view.getInt32(address, true)), 4);
    if (size === 8) return numberText(view.getBigInt64(address, true), 8);
    return null;
  }
}

/** `value` as a number of a type that is signed or not; as it is where that is not known. */
export function typedValue(value: string, bytes: number, signed: boolean | null | undefined): string {
  if (signed == null) return value;
  const number = BigInt(value);
  return numberText(signed ? BigInt.asIntN(bytes * 8, number) : BigInt.asUintN(bytes * 8, number), bytes);
}

/** Addresses, error codes and registers are read as bits, small numbers as numbers. */
function numberText(value: bigint, bytes: number): string {
  const isSmall = value >= -4096n && value < 0x100000n;
  return isSmall ? String(value) : `0x${BigInt.asUintN(bytes * 8, value).toString(16)}`;
}
