// How a driver hands a function to the kernel: as a timer's callback, a work item, an interrupt handler, a tasklet, an
// entry of a table of operations. Told by the call or the initialiser in which its name stands.
import type { CNode } from '../c-syntax/index.js';
import type { TreeSource } from './tree-source.js';

/** As `enum millrace_context` of include/millrace.h names them. */
export type SideContext = 'TASK' | 'TIMER' | 'SOFTIRQ' | 'HARDIRQ' | 'WORK';

export interface Registration {
  readonly context: SideContext;
  /** The call, or the field: `timer_setup()`, `.stop_streaming`. */
  readonly by: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Calls, the position of the function among their arguments, and where they make it run (v6.12 headers). */
const calls: readonly (readonly [RegExp, number, SideContext])[] = [
  [
    /^(?:timer_setup|timer_setup_on_stack|__timer_init|setup_timer|DEFINE_TIMER|TIMER_INITIALIZER)$/,
    1,
    'TIMER',
  ],
  [
    /^(?:__)?INIT_(?:DELAYED_|DEFERRABLE_|RCU_)?WORK(?:_ONSTACK)?$|^DECLARE_(?:DELAYED_|DEFERRABLE_)?WORK$/,
    1,
    'WORK',
  ],
  [/^devm_(?:delayed_)?work_autocancel$/, 2, 'WORK'],
  [/^(?:tasklet_setup|tasklet_init|DECLARE_TASKLET(?:_DISABLED|_OLD)?)$/, 1, 'SOFTIRQ'],
  [/^netif_napi_add(?:_weight|_tx|_config)?$/, 1, 'SOFTIRQ'],
  [/^(?:call_rcu|call_rcu_hurry)$/, 1, 'SOFTIRQ'],
  [/^open_softirq$/, 1, 'SOFTIRQ'],
  // An URB's completion runs in the host controller's tasklet (drivers/usb/core/hcd.c, v6.12).
  [/^usb_fill_control_urb$/, 6, 'SOFTIRQ'],
  [/^usb_fill_(?:bulk|int)_urb$/, 5, 'SOFTIRQ'],
  [
    /^(?:request_irq|request_percpu_irq|request_threaded_irq|pci_request_irq|request_any_context_irq)$/,
    1,
    'HARDIRQ',
  ],
  [/^(?:devm_request_irq|devm_request_threaded_irq)$/, 2, 'HARDIRQ'],
  [/^init_irq_work$/, 1, 'HARDIRQ'],
  [/^hrtimer_setup(?:_on_stack)?$/, 1, 'HARDIRQ'],
  [/^(?:request_threaded_irq|pci_request_irq)$/, 2, 'TASK'],
  [/^devm_request_threaded_irq$/, 3, 'TASK'],
  [/^kthread_(?:run|create|create_on_node)$/, 0, 'TASK'],
];

/** Where `name` is registered in `files`; the first that says more than `task`, else the first. */
export function registrationOf(
  source: TreeSource,
  files: readonly string[],
  name: string,
): Registration | null {
  const found = files.flatMap((file) => registrationsOfName(source, file, name));
  return found.find(({ context }) => context !== 'TASK') ?? found[0] ?? null;
}

/** All functions of `file` that it hands to the kernel, by name, in the order of the file. */
export function registrationsIn(
  source: TreeSource,
  file: string,
): ReadonlyMap<string, readonly Registration[]> {
  const found = new Map<string, Registration[]>();
  const text = source.read(file) ?? '';
  const root = source.parse(file);
  if (root === null) return found;
  const names = source.functionNames(file);
  const add = (name: string, one: Registration) => found.set(name, [...(found.get(name) ?? []), one]);
  for (const node of root.descendantsOfType('identifier')) {
    if (!names.has(node.text)) continue;
    const read = registrationAt(node, text);
    if (read !== null) add(node.text, { ...read, file, line: node.startPosition.row + 1 });
  }
  // Attributes of sysfs name their functions by a macro (include/linux/device.h, v6.12).
  for (const match of text.matchAll(/\bDEVICE_ATTR_(?:RW|RO|WO)\s*\(\s*(\w+)\s*\)/g))
    for (const name of [`${match[1]}_show`, `${match[1]}_store`])
      if (names.has(name))
        add(name, {
          context: 'TASK',
          by: 'DEVICE_ATTR()',
          file,
          line: text.slice(0, match.index).split('\n').length,
        });
  return found;
}

function registrationsOfName(source: TreeSource, file: string, name: string): readonly Registration[] {
  const text = source.read(file) ?? '';
  if (!text.includes(name)) return [];
  const root = source.parse(file);
  if (root === null) return [];
  return root
    .descendantsOfType('identifier')
    .filter((node) => node.text === name)
    .flatMap((node) => {
      const read = registrationAt(node, text);
      return read === null ? [] : [{ ...read, file, line: node.startPosition.row + 1 }];
    });
}

function registrationAt(node: CNode, text: string): Pick<Registration, 'context' | 'by'> | null {
  let at = node;
  while (at.parent !== null && /^(?:cast|parenthesized|pointer)_expression$/.test(at.parent.type))
    at = at.parent;
  const { parent } = at;
  if (parent?.type === 'argument_list' || parent?.type === 'parameter_list') return ofCall(at, parent);
  if (parent?.type === 'parameter_declaration')
    return parent.parent === null ? null : ofCall(parent, parent.parent);
  if (parent?.type === 'initializer_pair') {
    const field = parent.childForFieldName('designator')?.text ?? '';
    return { context: 'TASK', by: field };
  }
  if (parent?.type === 'assignment_expression' && parent.childForFieldName('right')?.equals(at)) {
    const left = parent.childForFieldName('left');
    const field = left?.childForFieldName('field')?.text;
    if (field === undefined) return null;
    return { context: field === 'function' && isHrtimer(left, text) ? 'HARDIRQ' : 'TASK', by: `.${field}` };
  }
  return null;
}

/** Whether the object that `.function` is set of is a high-resolution timer. */
function isHrtimer(left: CNode | null | undefined, text: string): boolean {
  const object = left?.childForFieldName('argument')?.text ?? '';
  return /timer/i.test(object) || text.includes(`hrtimer_init(&${object},`);
}

/** Declaring macros look like functions that are declared, with parameters. */
function ofCall(argument: CNode, list: CNode): Pick<Registration, 'context' | 'by'> | null {
  const holder = list.parent;
  const callee = holder?.childForFieldName('function') ?? holder?.childForFieldName('declarator');
  const name = callee?.text ?? '';
  const position = list.namedChildren
    .filter((child) => child.type !== 'comment')
    .findIndex((child) => child.equals(argument));
  const match = calls.find(([pattern, at]) => at === position && pattern.test(name));
  return match === undefined ? null : { context: match[2], by: `${name}()` };
}
