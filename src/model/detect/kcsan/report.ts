// What KCSAN reports of a race, before frames have names, and the rules for what it does not print (print_report(),
// skip_report() and replace_stack_entry(), kernel/kcsan/report.c, v6.12.117).
import type { Access, RaceReport, StackFrame } from '../../../report/index.js';
import { accessTypeWords, kcsanAccess } from './access-types.js';

/** What is known of one access (struct access_info), and its stack. */
export interface AccessInfo {
  readonly address: number;
  readonly size: number;
  readonly type: number;
  /** -1 in an interrupt. */
  readonly pid: number;
  readonly cpu: number;
  /** Sites, innermost first. */
  readonly stack: readonly number[];
  /** Where the access was held back to, when it was. */
  readonly reorderedTo: number | null;
}

export interface KcsanReport {
  /** Who ran into the watchpoint, then who set it up; the latter alone when nobody is known to have. */
  readonly accesses: readonly [AccessInfo, AccessInfo] | readonly [AccessInfo];
  readonly old: bigint;
  readonly new: bigint;
  readonly mask: number;
  readonly reporter: { readonly cpu: number; readonly pid: number; readonly comm: string };
  /** Nanoseconds of virtual time. */
  readonly time: number;
}

/** Names of code offsets. */
export interface FrameNames {
  /** The function of the program, without those inlined into it. */
  functionOf(site: number): string;
  /** Innermost first; those that were inlined, and the function itself last. */
  frames(site: number): readonly StackFrame[];
}

/**
 * An access that was held back is shown where it was made: frames within are dropped, its own is put in place. Of any
 * other, functions of KCSAN's own are not shown, and what is named like them (get_stack_skipnr()).
 */
export function sanitizeStack(
  stack: readonly number[],
  heldBackFrom: number | null,
  functionOf: (site: number) => string,
): Pick<AccessInfo, 'stack' | 'reorderedTo'> {
  const skipped = () => stack.slice(stack.findIndex((site) => !isRuntime(functionOf(site))));
  if (heldBackFrom === null) return { stack: skipped(), reorderedTo: null };
  const target = functionOf(heldBackFrom);
  const skip = stack.findIndex((site) => functionOf(site) === target);
  if (skip < 0) return { stack: skipped(), reorderedTo: null };
  return { stack: [heldBackFrom, ...stack.slice(skip + 1)], reorderedTo: stack[skip] ?? null };
}

/** `%ps` goes into a buffer of 64 bytes. */
const shownName = (name: string) => name.slice(0, 63);

/** Functions whose writes are reported though they change nothing, as their maintainers asked. */
export function isValueChangeException(topFunction: string): boolean {
  return /rcu_|_rcu|_srcu/.test(shownName(topFunction));
}

function isRuntime(name: string): boolean {
  return /tsan_|_once_size|^(?:(?!kcsan_).)*kcsan_(?!test)/.test(shownName(name));
}

export function raceReport(report: KcsanReport, names: FrameNames): RaceReport {
  const { accesses, reporter } = report;
  const last = accesses[accesses.length - 1] as AccessInfo;
  const types = accesses.reduce((all, { type }) => all | type, 0);
  const isAssert = (types & kcsanAccess.assert) !== 0;
  const bug = isAssert ? 'assert: race' : 'data-race';
  return {
    title: `${bug} in ${titleFunctions(accesses, names)}`,
    kind: isAssert ? 'assert' : 'data-race',
    unknownOrigin: accesses.length === 1,
    accesses: accesses.map((access) => accessOf(access, names)),
    valueChanged: last.size > 8 ? null : valueChange(report, last.size),
    time: null,
    reporter: { ...reporter, kernel: null },
  };
}

function titleFunctions(accesses: readonly AccessInfo[], names: FrameNames): string {
  const tops = accesses.map(({ stack }) => {
    const site = stack[0] ?? 0;
    const frame = names.frames(site).at(-1);
    const offset =
      frame?.offset == null || frame.size == null
        ? ''
        : `+0x${frame.offset.toString(16)}/0x${frame.size.toString(16)}`;
    return { name: names.functionOf(site), symbol: names.functionOf(site) + offset };
  });
  if (tops.length === 1) return tops[0]?.symbol ?? '';
  // Sorted by name and offset, shown by name.
  const order = [...tops].sort((a, b) => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0));
  return order.map(({ name }) => name).join(' / ');
}

function accessOf(access: AccessInfo, names: FrameNames): Access {
  const frame = access.reorderedTo === null ? undefined : names.frames(access.reorderedTo).at(-1);
  return {
    type: accessTypeWords(access.type),
    address: `0x${access.address.toString(16).padStart(16, '0')}`,
    size: access.size,
    context: {
      kind: access.pid === -1 ? 'interrupt' : 'task',
      pid: access.pid === -1 ? null : access.pid,
      cpu: access.cpu,
    },
    stack: access.stack.flatMap((site) => [...names.frames(site)]),
    ...(frame === undefined ? {} : { reorderedTo: frame }),
  };
}

function valueChange({ old, new: now, mask }: KcsanReport, size: number): RaceReport['valueChanged'] {
  const diff = mask === 0 ? old ^ now : (old ^ now) & BigInt(mask >>> 0);
  if (diff === 0n) return null;
  const hex = (value: bigint) => `0x${value.toString(16).padStart(size * 2, '0')}`;
  return { old: hex(old), new: hex(now), mask: mask === 0 ? null : hex(BigInt(mask >>> 0)) };
}
