// The kernel's other complaints: what must not get worse with a fix. Each is known by its first telling line and runs
// to its end marker, to the next message or to 60 lines. Wordings: kernel/panic.c, lib/bug.c, kernel/locking/lockdep.c,
// kernel/rcu/tree_stall.h, kernel/hung_task.c, kernel/watchdog.c, mm/kasan/report.c, lib/ubsan.c, kernel/sched/core.c,
// arch/{x86,arm64}/mm/fault.c, arch/x86/kernel/dumpstack.c (v6.12).
import type { ConsoleLine } from './line-prefix.js';
import type { Trouble, TroubleKind } from './trouble.js';

const maxLines = 60;
const maxLineLength = 512;
const maxOpen = 64;
/** A message is printed at one go; seconds of silence after which it is over. */
const maxSilence = 2;

export interface TroubleParser {
  push(line: ConsoleLine): void;
  isOpen(): boolean;
  /** Ends what is open: for `caller`, or (null) for all. */
  end(caller: string | null): void;
}

const lockdep =
  /^(?:WARNING: (?:possible |inconsistent lock|suspicious RCU|bad unlock|held lock freed|lock held|nested lock|Nested lock|bad contention|.* lock order detected|.*-safe -> .*-unsafe|.* still has locks held)|\[ BUG: |BUG: (?:MAX_LOCK|MAX_STACK_TRACE|held lock|.* still has locks held|lock held)|DEBUG_LOCKS_WARN_ON|.*chain hlocks too low)/;

// The first that fits decides.
const kinds: readonly (readonly [TroubleKind, RegExp])[] = [
  ['panic', /^Kernel panic - not syncing/],
  ['kasan', /^BUG: (?:KASAN|KMSAN|KFENCE): /],
  ['ubsan', /^UBSAN: /],
  ['sleeping-in-atomic', /^BUG: (?:sleeping function called from invalid context|scheduling while atomic)/],
  ['soft-lockup', /^(?:(?:NMI )?watchdog: )?(?:BUG: soft lockup|Watchdog detected hard LOCKUP)/],
  ['hung-task', /^INFO: task .+ blocked (?:in I\/O wait )?for more than \d+ seconds/],
  [
    'rcu-stall',
    /^(?:rcu: )?(?:INFO: )?rcu_\w+ (?:detected (?:expedited )?stalls|self-detected stall|kthread starved)/,
  ],
  ['lockdep', lockdep],
  [
    'oops',
    /^(?:BUG: (?:unable to handle|kernel NULL pointer)|Oops(?::| -)|Internal error: |Unable to handle kernel |(?:general protection fault|divide error|invalid opcode|double fault|stack segment)[:,] |kernel BUG at |PANIC: double fault)/,
  ],
  ['warning', /^(?:WARNING: (?:CPU: \d+ PID: \d+ at |\S+:\d+ at |\S+ at \S+:\d+)|BUG: (?!KCSAN:))/],
];

const cutHere = /^-{8,}\[ cut here \]-{8,}$/;
const endMarker = /^---\[ end (?:trace|Kernel panic)/;
const stackEnd = /^\s*<\/TASK>\s*$/;
const rule = /^={20,}$/;

interface Open {
  readonly kind: TroubleKind;
  readonly title: string;
  readonly time: number | null;
  lastTime: number | null;
  readonly lines: string[];
  /** What a rule or the end of a stack means depends on how it began. */
  readonly endsWithTrace: boolean;
}

export function createTroubleParser(onTrouble: (trouble: Trouble) => void): TroubleParser {
  const open = new Map<string, Open>();
  // WARN_ONCE(..., format): the text stands between `cut here` and the WARNING line.
  const preambles = new Map<string, string[]>();

  const close = (caller: string) => {
    const trouble = open.get(caller);
    if (trouble === undefined) return;
    open.delete(caller);
    const { kind, title, time, lines } = trouble;
    onTrouble({ kind, title, time, lines });
  };

  const begin = (caller: string, kind: TroubleKind, line: ConsoleLine) => {
    close(caller);
    if (open.size >= maxOpen) close([...open.keys()][0] ?? '');
    const title = line.text.trim().slice(0, maxLineLength);
    open.set(caller, {
      kind,
      title,
      time: line.time,
      lastTime: line.time,
      lines: [...(preambles.get(caller) ?? []), title],
      endsWithTrace: kind === 'oops' || kind === 'warning' || kind === 'panic',
    });
    preambles.delete(caller);
  };

  const append = (caller: string, trouble: Open, line: ConsoleLine) => {
    const { text } = line;
    if (line.time !== null && trouble.lastTime !== null && line.time - trouble.lastTime > maxSilence) {
      close(caller);
      return;
    }
    trouble.lastTime = line.time ?? trouble.lastTime;
    if (text.trim() !== '') trouble.lines.push(text.trimEnd().slice(0, maxLineLength));
    const over =
      endMarker.test(text) ||
      (!trouble.endsWithTrace && stackEnd.test(text)) ||
      (trouble.kind === 'kasan' && rule.test(text) && trouble.lines.length > 2) ||
      trouble.lines.length >= maxLines;
    if (over) close(caller);
  };

  return {
    push(line) {
      const caller = line.caller ?? '';
      const text = line.text.trim();
      const current = open.get(caller);
      if (cutHere.test(text)) {
        if (current?.kind !== 'oops') close(caller);
        if (preambles.size >= maxOpen) preambles.clear();
        preambles.set(caller, []);
        return;
      }
      const kind = text === '' ? undefined : kinds.find(([, pattern]) => pattern.test(text))?.[0];
      const within = current !== undefined && kind !== undefined && belongs(current.kind, kind, text);
      if (kind !== undefined && !within && !(current !== undefined && text === current.title)) {
        begin(caller, kind, line);
        return;
      }
      const preamble = preambles.get(caller);
      if (preamble !== undefined && text !== '') {
        preamble.push(text.slice(0, maxLineLength));
        if (preamble.length > 4) preambles.delete(caller);
      }
      if (current !== undefined) append(caller, current, line);
    },
    isOpen: () => open.size > 0 || preambles.size > 0,
    end(caller) {
      if (caller !== null) {
        close(caller);
        return;
      }
      preambles.clear();
      for (const key of [...open.keys()]) close(key);
    },
  };
}

/** Lines that begin a trouble elsewhere and continue it here: `Oops:` follows `BUG: unable to handle`. */
function belongs(current: TroubleKind, kind: TroubleKind, text: string): boolean {
  if (current === 'rcu-stall' && kind === 'rcu-stall') return text.includes('kthread starved');
  return current === 'oops' && kind === 'oops';
}
