// The lines of kernel reports other than stack frames: a table of what each looks like and what it tells. The first that
// fits a line decides. Wordings: mm/kasan/report.c, report_generic.c, mm/page_owner.c, kernel/locking/lockdep.c,
// kernel/sched/core.c, kernel/hung_task.c, kernel/rcu/tree_stall.h, lib/nmi_backtrace.c, lib/dump_stack.c,
// arch/x86/mm/fault.c, arch/arm64/mm/fault.c (v4.19 to v6.12).
import { parseReporter } from '../kcsan/report-lines.js';
import type { ReportAccess, ReportLock } from './kernel-report.js';
import type { ReportDraft } from './report-draft.js';

/** `take` gets the line's text without its prefix; false when it is none of this kind where it stands. */
export interface LineKind {
  readonly name: string;
  readonly pattern: RegExp;
  readonly take: (draft: ReportDraft, match: RegExpExecArray, text: string) => unknown;
}

function kind(name: string, pattern: RegExp, take: LineKind['take']): LineKind {
  return { name, pattern, take };
}

/** A line that belongs to a report and tells nothing that is kept. */
function silent(name: string, pattern: RegExp): LineKind {
  return { name, pattern, take: () => {} };
}

/** A heading whose stack follows at once. */
function stack(label: string, pattern: RegExp): LineKind {
  return kind(label, pattern, (draft, match) => {
    draft.openStack(label, null, match[1] === undefined ? null : Number(match[1]));
  });
}

const kasan: readonly LineKind[] = [
  kind(
    'access',
    /^\s*(Read|Write|Free) of (?:size (\d+) )?(?:at )?(?:addr (?:0x)?([0-9a-f]+) )?by task (\S.*)\/(\d+)\s*$/,
    (draft, [, type = '', size, address, task, pid]) => {
      setAccess(draft, type.toLowerCase(), size, address, task, pid);
    },
  ),
  // Tag-based KASAN does not always know the size.
  kind(
    'access',
    /^\s*(Read|Write) at addr (?:0x)?([0-9a-f]+) by task (\S.*)\/(\d+)\s*$/,
    (draft, [, type = '', address, task, pid]) => {
      setAccess(draft, type.toLowerCase(), undefined, address, task, pid);
    },
  ),
  stack('alloc', /^\s*Allocated by task (-?\d+)[^:]{0,40}:\s*$/),
  stack('free', /^\s*Freed by task (-?\d+)[^:]{0,40}:\s*$/),
  stack(
    'work-creation',
    /^\s*(?:Last|Second to last) (?:potentially related work creation|call_rcu\(\)|potentially related work):\s*$/,
  ),
  stack('page-alloc', /^\s*page last allocated via order \d+\b/),
  stack('page-free', /^\s*page last free (?:pid (\d+) tgid \d+ )?stack trace:/),
  kind('cache', /^\s*(?:which )?belongs to the cache (\S+) of size (\d+)/, (draft, [, cache = '', size]) => {
    Object.assign(draft.objectFields(), { cache, size: Number(size) });
    draft.closeStack();
  }),
  kind('cache', /^\s*Object at \S+, in cache (\S+) size: (\d+)/, (draft, [, cache = '', size]) => {
    Object.assign(draft.objectFields(), { cache, size: Number(size) });
    draft.closeStack();
  }),
  kind(
    'offset',
    /^\s*The buggy address is located (\d+) bytes (inside|to the left|to the right) of/,
    (draft, [, offset, where = '']) => {
      const side = where === 'inside' ? 'inside' : where === 'to the left' ? 'left' : 'right';
      Object.assign(draft.objectFields(), { offset: Number(offset), where: side });
      draft.closeStack();
    },
  ),
  kind(
    'memory',
    /^\s*(?:The buggy address belongs to|Memory state around|page:|page dumped because|page_owner tracks)/,
    (draft) => {
      draft.closeStack();
    },
  ),
  silent('memory', /^\s*>?\s*(?:0x)?[0-9a-f]{8,16}: (?:[0-9a-f]{2} ){7}|^\s*\^+\s*$|^\s*raw: [0-9a-f]{8}/),
];

const lockHolder: Readonly<Record<string, ReportLock['how']>> = {
  'is trying to acquire lock:': 'acquiring',
  'is trying to acquire:': 'acquiring',
  'is trying to lock:': 'acquiring',
  'takes:': 'taking',
  'just changed the state of lock:': 'changed',
};

// The lock's class may have brackets of its own: `((work_completion)(&(&wb->dwork)->work))`.
const lockLine =
  /^\s*(?:#(\d+):\s*)?(?:\(?(?:0x)?[0-9a-f]{8,16}\)?\s*)?\((\S.*)\)\{[^{}]*\}(?:-\{\d+:\d+\})?(?:,(?: at:\s*(.*?))?)?\s*$/;

const lockdep: readonly LineKind[] = [
  kind(
    'who',
    /^\s*(?:\.\.\. )?(\S.*)\/(\d+)(?: \[HC\d.*\])? (is trying to acquire lock:|is trying to acquire:|is trying to lock:|takes:|just changed the state of lock:)\s*$/,
    (draft, [, task = '', pid, what = '']) => {
      setWho(draft, task, pid);
      draft.nextLock = lockHolder[what] ?? null;
      draft.closeStack();
    },
  ),
  kind(
    'who',
    /^\s*(\S.*)\/(\d+) is (?:freeing memory \S+, with a lock still held there!|leaving the kernel with locks still held!|exiting with locks still held!)/,
    (draft, [text, task = '', pid]) => {
      setWho(draft, task, pid);
      draft.nextLock = text.includes('freeing') ? 'freed' : null;
    },
  ),
  kind(
    'release',
    /^\s*(\S.*)\/(\d+) is trying to (?:release|contend) lock \((.*)\) at:\s*(.*)$/,
    (draft, [, task = '', pid, name = '', rest = '']) => {
      setWho(draft, task, pid);
      const how = draft.title.kind === 'lockdep-unbalance' ? 'releasing' : 'acquiring';
      draft.addLock({ name, how, frame: draft.frameIn(rest) });
    },
  ),
  kind('holding', /^\s*(?:but task|and this task) is already holding(?: lock)?:\s*$/, (draft) => {
    draft.nextLock = 'holding';
  }),
  kind('past', /^\s*but this lock (?:took|was taken by) another, \S+ lock in the past:\s*$/, (draft) => {
    draft.nextLock = 'past';
  }),
  kind(
    'no lock of its own',
    /^\s*(?:which would create a new lock dependency|but this new dependency connects|to an? \S+-irq-unsafe lock|but there are no|but this task is not holding|which lock already depends|the existing dependency chain|other info that might help|the (?:shortest )?dependencies between|Chain exists of|and interrupts could create)/,
    (draft) => {
      draft.nextLock = null;
      draft.closeStack();
    },
  ),
  kind(
    'chain',
    /^\s*-> #(\d+) \((\S.*)\)\{[^{}]*\}(?:-\{\d+:\d+\})?:\s*$/,
    (draft, [, number, name = '']) => {
      const label = `chain-${Number(number)}` as const;
      draft.openStack(label);
      draft.addLock({ name, how: label });
      draft.awaitsPlace = false;
    },
  ),
  stack('registered', /^\s*\{[^{}]*\} state was registered at:\s*$/),
  kind('became', /^\s*\.\.\. (which became \S+) at:\s*(.*)$/, (draft, [, label = '', rest = '']) => {
    draft.openStack(label);
    draft.takeFrame(` ${rest}`);
  }),
  silent('dots', /^\s*\.\.\.\s*$/),
  kind(
    'usage',
    /^\s*((?:IN-)?[A-Z_]+(?:-ON)?-[RW]|INITIAL (?:READ )?USE) at:\s*(.*)$/,
    (draft, [, label = '', rest = '']) => {
      draft.openStack(label);
      draft.takeFrame(` ${rest}`);
    },
  ),
  kind('acquired', /^\s*\.\.\. acquired at:\s*(.*)$/, (draft, [, rest = '']) => {
    draft.openStack('acquired');
    draft.takeFrame(` ${rest}`);
  }),
  kind('key', /^\s*\.\.\. key\s+at: /, (draft) => draft.closeStack()),
  kind(
    'held list',
    /^\s*(?:\d+ locks?|no locks?) (?:held|on stack) by ([^\s#][^#]*?)[:.]?\s*$/,
    (draft, [text, by = '']) => {
      draft.holder = text.trimStart().startsWith('no ') ? null : by;
      draft.nextLock = null;
      draft.awaitsPlace = false;
      draft.closeStack();
    },
  ),
  kind('lock', lockLine, (draft, [, index, name = '', rest = '']) => {
    const frame = draft.frameIn(rest);
    if (index !== undefined) {
      draft.addLock({ name, how: 'held', frame, index: Number(index), by: draft.holder });
      return undefined;
    }
    if (draft.nextLock === null) return false;
    draft.addLock({ name, how: draft.nextLock, frame });
    if (draft.nextLock === 'past') draft.awaitsPlace = false;
  }),
  kind('backtrace', /^\s*(?:the )?stack backtrace:\s*$/, (draft) => {
    draft.heading = { label: 'backtrace', task: null, pid: null };
    draft.closeStack();
  }),
];

const tasks: readonly LineKind[] = [
  kind('context', /^\s*in_atomic\(\): .*\bpid: (\d+), name: (.*?)\s*$/, (draft, [, pid, task = '']) => {
    setWho(draft, task, pid);
  }),
  kind('preemption', /^\s*Preemption disabled at:\s*(.*)$/, (draft, [, rest = '']) => {
    draft.openStack('preempt-disabled');
    draft.takeFrame(` ${rest}`);
  }),
  kind(
    'blocked',
    /^\s*INFO: task (\S.*):(\d+) (?:is )?blocked (?:in I\/O wait )?(?:for more than|on an? )/,
    (draft, [, task = '', pid]) => {
      if (draft.family !== 'hung') return;
      setWho(draft, task, pid);
      draft.heading = { label: 'blocked', task, pid: Number(pid) };
      draft.closeStack();
    },
  ),
  kind('task', /^\s*task:(\S.*?)\s+state:\S+.*? pid:\s*(\d+)/, (draft, [, task = '', pid]) => {
    if (draft.family !== 'hung' && draft.family !== 'stall') return;
    draft.heading ??= { label: `task-${task}:${Number(pid)}`, task, pid: Number(pid) };
    draft.closeStack();
  }),
  kind('task dump', /^\s*Task dump for CPU \d+:/, (draft) => {
    draft.heading = { label: 'stalled', task: null, pid: null };
    draft.closeStack();
  }),
  kind('nmi', /^\s*(?:rcu: )?NMI backtrace for cpu (\d+)\s*$/, (draft, [, cpu]) => {
    if (draft.family === 'stall') draft.heading = { label: `nmi-cpu${Number(cpu)}`, task: null, pid: null };
    else if (draft.hasStack) draft.over = true;
    draft.closeStack();
  }),
  kind(
    'scheduling',
    /^\s*BUG: scheduling while atomic: (\S.*)\/(-?\d+)\/0x[0-9a-f]+/,
    (draft, [, task = '', pid]) => {
      setWho(draft, task, pid);
    },
  ),
  kind(
    'odebug',
    /^\s*ODEBUG: (\S.*?) \(active state \d+\)(?: object: \S+)? object type: (\S+)(?: hint: (\S+))?/,
    (draft, [, what = '', type = '', hint]) => {
      draft.odebug = { what, object_type: type, hint: hint?.replace(/\+0x.*$/, '') ?? null };
    },
  ),
  kind(
    'warning',
    /^\s*WARNING: (?:CPU: (\d+) PID: (\d+) at |\S+:\d+ at .*?, CPU#(\d+): (\S.*)\/(\d+)\s*$)/,
    (draft, [, cpu, pid, otherCpu, task, otherPid]) => {
      draft.where.cpu ??= Number(cpu ?? otherCpu);
      draft.where.pid ??= Number(pid ?? otherPid);
      draft.where.task ??= task ?? null;
    },
  ),
];

// arch/x86/mm/fault.c, show_fault_oops(); arch/arm64/mm/fault.c, die_kernel_fault() and data_abort_decode().
const faults: readonly LineKind[] = [
  kind(
    'address',
    /^\s*BUG: .*(?:address: |dereference at |request at |fault at |access at )(?:0x)?([0-9a-f]+)/i,
    (draft, [, address = '']) => {
      draft.access.address ??= address;
    },
  ),
  kind(
    'address',
    /^\s*(?:BUG: |CPU \d+ )?Unable to handle kernel .*virtual address (?:0x)?([0-9a-f]+)/i,
    (draft, [, address = '']) => {
      draft.access.address ??= address;
    },
  ),
  kind('address', /general protection fault, .*address (?:0x)?([0-9a-f]+)/, (draft, [, address = '']) => {
    draft.access.address ??= address;
  }),
  kind('direction', /^\s*#PF: \S+ (read|write|instruction fetch)/, (draft, [, type]) => {
    if (type === 'read' || type === 'write') draft.access.type ??= type;
  }),
  kind('direction', /^\s*CM = \d+, WnR = ([01])/, (draft, [, write]) => {
    draft.access.type ??= write === '1' ? 'write' : 'read';
  }),
];

const common: readonly LineKind[] = [
  kind('cpu', /^\s*CPU: \d+ (?:UID: \d+ )?PID: \d+ Comm: /, (draft, _, text) => {
    const reporter = parseReporter(text)?.reporter ?? null;
    if (reporter === null) return;
    draft.closeStack();
    // A wrapped line comes a second time, whole.
    if (draft.reporter === null || draft.reporter.taint === null) draft.reporter = reporter;
    if (draft.family === 'hung') return;
    draft.where.cpu ??= reporter.cpu;
    draft.where.pid ??= reporter.pid;
    draft.where.task ??= reporter.comm;
  }),
  kind(
    'ip',
    /^\s*(?:(?:RIP|EIP|IP):|(?:pc|epc|PC|era)\s*: |PC is at |NIP \[[0-9a-f]+\]|Krnl PSW : )\s*(.*)$/,
    (draft, [, rest = '']) => {
      if (draft.ip !== null || draft.hasStack || draft.family === 'hung') return;
      const frame = draft.frameIn(rest.replace(/^[0-9a-f]{2,4}:/, ''));
      if (frame !== null && !frame.inlined) draft.ip = frame;
    },
  ),
  kind(
    'trace',
    /^\s*(?:Call [Tt]race|Backtrace|Stack trace|Call Trace \S*):\s*(.*)$/,
    (draft, [, rest = '']) => {
      draft.openTrace();
      if (rest !== '') draft.takeFrame(` ${rest}`);
    },
  ),
  // arm until v5.11 has no heading over its stack.
  kind('trace', /^\s*(?:\[<[0-9a-f]+>\] )?\(?unwind_backtrace(?:\+\S+)?\)? from /, (draft, _, text) => {
    if (!draft.inStack) draft.openTrace();
    draft.takeFrame(text);
  }),
  silent('marker', /^\s*<\/?(?:TASK|IRQ|NMI|#\w+|SOFTIRQ|EOE|ENTRY\S*)>\s*$/),
  silent(
    'registers',
    /^\s*(?:R[A-Z0-9]{1,2}P?|[CDEF][A-Z0-9]{1,2}|ORIG_\w+|Code|PKRU|pstate|lr|sp|x\d+|r\d+|Hardware name|Workqueue|Tainted|Modules linked in|Mem abort info|Data abort info|ESR|GPR\d+|LR|CFAR)\s*:/,
  ),
  silent('registers', /^\s*x\d+ *: [0-9a-f]{8,16}/),
  kind('irq events', /^\s*(?:irq event stamp: |(?:hard|soft)irqs last )/, (draft) => draft.closeStack()),
  silent(
    'lockdep',
    /^\s*(?:lock\(|rlock\(|sync\(|local_irq_disable|\*\*\* DEADLOCK|CPU0|----|rcu_scheduler_active|Possible |RCU nest depth|preempt_count: )/,
  ),
  kind('end', /^\s*---\[ end (?:trace|Kernel panic)/, (draft) => {
    if (draft.hasStack) draft.over = true;
  }),
  kind('end', /^\s*Kernel panic - not syncing/, (draft) => {
    if (draft.hasStack) draft.over = true;
  }),
  kind('rule', /^\s*={10,}\s*$/, (draft) => {
    if (draft.hasStack) draft.over = true;
  }),
];

/** In the order in which they are tried. */
export const lineKinds: readonly LineKind[] = [...common, ...kasan, ...lockdep, ...tasks, ...faults];

function setAccess(
  draft: ReportDraft,
  type: string,
  size: string | undefined,
  address: string | undefined,
  task: string | undefined,
  pid: string | undefined,
): void {
  const access: Partial<ReportAccess> = {
    type: type as 'read' | 'write' | 'free',
    size: size === undefined ? null : Number(size),
    address: address ?? null,
    task: task ?? null,
    pid: Number(pid),
  };
  Object.assign(draft.access, access);
  draft.where.task ??= task ?? null;
  draft.where.pid ??= Number(pid);
  draft.closeStack();
}

function setWho(draft: ReportDraft, task: string, pid: string | undefined): void {
  if (draft.where.task !== null) return;
  draft.where.task = task;
  draft.where.pid = Number(pid);
}
