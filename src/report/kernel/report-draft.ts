// A kernel report of which more lines may come: what was read so far, and what the lines that tell nothing by
// themselves belong to.
import type { Reporter, StackFrame } from '../race-report.js';
import { createStackBuilder, type StackBuilder } from '../stack/stack-builder.js';
import type { StackLine } from '../stack/stack-frame.js';
import {
  type KernelReport,
  kasanKinds,
  type ReportAccess,
  type ReportLock,
  type ReportObject,
  type ReportOdebug,
  type ReportStack,
} from './kernel-report.js';
import type { Family, Title } from './titles.js';

const maxStacks = 256;
const maxLocks = 1024;

interface DraftStack {
  readonly label: string;
  readonly task: string | null;
  readonly pid: number | null;
  readonly builder: StackBuilder;
}

type Draftable<T> = { -readonly [key in keyof T]: T[key] };

const noAccess: ReportAccess = { type: null, size: null, address: null, task: null, pid: null, cpu: null };
const noObject: ReportObject = { cache: null, size: null, offset: null, where: null };

/** What a stack is whose heading is `Call Trace:` alone. */
const ownStack: Readonly<Record<Family, string>> = {
  kasan: 'access',
  fault: 'access',
  lockdep: 'backtrace',
  warn: 'warn',
  sleep: 'sleep',
  schedule: 'schedule',
  hung: 'blocked',
  stall: 'stalled',
};

export class ReportDraft {
  title: Title;
  readonly time: number | null;
  readonly where: Draftable<KernelReport['where']> = { task: null, pid: null, cpu: null };
  readonly access: Draftable<ReportAccess> = { ...noAccess };
  object: Draftable<ReportObject> | null = null;
  odebug: ReportOdebug | null = null;
  ip: StackFrame | null = null;
  reporter: Reporter | null = null;
  readonly locks: Draftable<ReportLock>[] = [];
  /** What the next line that is a lock alone is. */
  nextLock: ReportLock['how'] | null = null;
  /** The line before was a lock's, and what follows `at:` may stand on this one. */
  awaitsPlace = false;
  /** `comm/pid` of the list of held locks that lines are read of. */
  holder: string | null = null;
  /** The label of the next `Call Trace:`, and whose it is. */
  heading: { label: string; task: string | null; pid: number | null } | null = null;
  /** Everything that the report tells was read. */
  over = false;

  private readonly stacks: DraftStack[] = [];
  private current: DraftStack | null = null;
  private readonly readLine: (text: string) => StackLine | null;

  constructor(title: Title, time: number | null, readLine: (text: string) => StackLine | null) {
    this.title = title;
    this.time = time;
    this.readLine = readLine;
  }

  get family(): Family {
    return this.title.family;
  }

  /** Whether a stack with frames was read. */
  get hasStack(): boolean {
    return this.stacks.some(({ builder }) => builder.frames.length > 0);
  }

  /** Whether nothing but the title was read. */
  get isFresh(): boolean {
    return (
      this.stacks.length === 0 &&
      this.locks.length === 0 &&
      this.reporter === null &&
      this.access.type === null
    );
  }

  has(label: string): boolean {
    return this.stacks.some((stack) => stack.label === label);
  }

  /** Begins a stack; from the second of its label on it is numbered. */
  openStack(label: string, task: string | null = null, pid: number | null = null): void {
    // A log on two consoles has each heading twice.
    if (this.current !== null && this.current.builder.frames.length === 0) this.stacks.pop();
    const count = this.stacks.filter((stack) => stack.label.replace(/-\d+$/, '') === label).length;
    const numbered =
      count === 0 || /^(?:chain-\d+|nmi-cpu\d+)$/.test(label) ? label : `${label}-${count + 1}`;
    this.current = { label: numbered, task, pid, builder: createStackBuilder(this.readLine) };
    if (this.stacks.length < maxStacks) this.stacks.push(this.current);
  }

  /** `Call Trace:`: of what the heading before it said, else the report's own; further ones are no part of it. */
  openTrace(): void {
    const { heading } = this;
    this.heading = null;
    const label = heading?.label ?? ownStack[this.family];
    if (heading === null && this.has(label)) this.current = null;
    else this.openStack(label, heading?.task ?? null, heading?.pid ?? null);
  }

  closeStack(): void {
    this.current = null;
  }

  /** Takes a line of the stack that is open; false when it is none. */
  takeFrame(text: string): boolean {
    return this.current?.builder.take(text) ?? false;
  }

  /** A line came that is no part of any stack. */
  interruptStack(): void {
    this.current?.builder.interrupt();
  }

  get inStack(): boolean {
    return this.current !== null;
  }

  /** The frame that a line after `at:` or `RIP:` is; null when it is none. */
  frameIn(text: string): StackFrame | null {
    const frame = this.readLine(` ${text.trim()}`)?.frame ?? null;
    return frame === null || frame.function.startsWith('0x') ? null : frame;
  }

  addLock(lock: Pick<ReportLock, 'name' | 'how'> & Partial<ReportLock>): void {
    const last = this.locks.at(-1);
    const place = lock.frame ?? null;
    const same =
      last !== undefined &&
      last.name === lock.name &&
      last.how === lock.how &&
      last.index === (lock.index ?? null) &&
      last.by === (lock.by ?? null);
    // A lock is printed once for each function that was inlined where it was taken; a wrapped line comes again, whole.
    const goesOn =
      place === null ||
      last?.frame == null ||
      last.frame.inlined ||
      (last.frame.file === null && last.frame.function === place.function);
    if (same && goesOn) {
      last.frame = place ?? last.frame;
      last.at = last.frame?.function ?? null;
    } else if (this.locks.length < maxLocks) {
      const { name, how, index = null, by = null } = lock;
      this.locks.push({ name, how, at: place?.function ?? null, frame: place, index, by });
    }
    this.awaitsPlace = true;
  }

  objectFields(): Draftable<ReportObject> {
    this.object ??= { ...noObject };
    return this.object;
  }

  finish(): KernelReport {
    const { kind, title } = this.title;
    const { where, locks, ip, time, reporter } = this;
    const stacks: ReportStack[] = this.stacks
      .filter(({ builder }) => builder.frames.length + builder.questionable.length > 0)
      .map(({ label, task, pid, builder }) => ({
        label,
        stack: builder.frames,
        questionable: builder.questionable,
        task,
        pid,
      }));
    const base = { title, where, stacks, locks, ip, time, reporter };
    const none = { access: null, object: null, odebug: null };
    const isFree = kind === 'kasan-double-free' || kind === 'kasan-invalid-free';
    const access = {
      ...this.access,
      type: this.access.type ?? (isFree ? ('free' as const) : null),
      task: this.access.task ?? where.task,
      pid: this.access.pid ?? where.pid,
      cpu: where.cpu,
    };
    switch (kind) {
      case 'null-deref':
      case 'page-fault':
      case 'gpf':
        return { ...base, ...none, kind, access };
      case 'odebug':
        return {
          ...base,
          ...none,
          kind,
          odebug: this.odebug ?? { what: title, object_type: '', hint: null },
        };
      default:
        return isKasan(kind)
          ? { ...base, ...none, kind, access, object: this.object }
          : ({ ...base, ...none, kind } as KernelReport);
    }
  }
}

function isKasan(kind: KernelReport['kind']): kind is (typeof kasanKinds)[number] {
  return (kasanKinds as readonly string[]).includes(kind);
}
