// The text of a new case's harness.c.
import { posix } from 'node:path';
import type { CFunction, CVariable } from '../c-syntax/index.js';
import type { CScope } from './c-scope.js';
import { at, type FakePlan, parameterTarget } from './fakes.js';
import { type FunctionFake, functionFakesText, stubsText } from './function-fakes.js';
import { callReference } from './initialisers.js';
import { type PrivateDeclaration, privateDeclarations } from './private-declarations.js';
import type { Reach } from './reach-types.js';
import type { Side } from './sides.js';
import type { TreeSource } from './tree-source.js';

export interface HarnessSide {
  readonly side: Side;
  readonly reach: Reach;
  readonly scope: CScope;
}

export type HarnessSides = readonly [HarnessSide, ...HarnessSide[]];

/** One test: two sides against each other. */
export interface HarnessTest {
  /** C identifier. */
  readonly name: string;
  readonly title: string;
  readonly sides: readonly [HarnessSide, HarnessSide];
  /** Whether they are expected to race. */
  readonly races: boolean;
}

export interface HarnessRequest {
  readonly source: TreeSource;
  readonly title: string;
  /** C identifiers. */
  readonly suite: string;
  readonly tests: readonly HarnessTest[];
  readonly sides: HarnessSides;
  /** The source that the harness is compiled behind. */
  readonly within: string;
  readonly plan: FakePlan;
  readonly functionFakes: readonly FunctionFake[];
}

/** Of a buffer that a side is called with. */
const argumentBytes = 64;

/** Conditions named in the comment of the set-up: more say less. */
const mostConditions = 12;

export function harnessText(request: HarnessRequest): string {
  const { source, suite, tests, sides, plan, title, within } = request;
  const entries = uniqueBy(sides.toReversed(), ({ reach }) => reach.entry.name).toReversed();
  const parts = [
    heading(title, sides),
    includes(source, sides, within),
    copied(source, sides, plan, within),
    declarations(entries, plan, within),
    fakeStruct(plan),
    functionFakesText(request.functionFakes),
    stubsText(plan.stubs, sides[0].scope),
    setUp(sides, plan),
    ...entries.map((one) => sideFunction(one, sides.indexOf(one), plan)),
    check(),
    ...tests.map((test) => testText(test, plan)),
    `static struct kunit_case ${suite}_cases[] = {\n${tests.map(({ name }) => `\tMILLRACE_CASE(${name}),\n`).join('')}\t{ }\n};\n`,
    `static struct kunit_suite ${suite}_suite = {\n\t.name = "${suite}",\n\t.test_cases = ${suite}_cases,\n};\nkunit_test_suite(${suite}_suite);\n`,
    `MODULE_DESCRIPTION("${title}");\nMODULE_LICENSE("GPL");\n`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function heading(title: string, sides: HarnessRequest['sides']): string {
  const lines = sides.flatMap(({ side, reach }) => [
    ` *   ${side.context.toLowerCase().padEnd(7)} ${reach.entry.name}()${reach.entry.name === side.racing.name ? '' : `, which reaches ${side.racing.name}()`}`,
    ` *           ${side.entry.file}`,
  ]);
  return `// SPDX-License-Identifier: GPL-2.0\n/*\n * ${title}.\n *\n${lines.join('\n')}\n *\n * The fakes were inferred from the code that the sides reach. What could not be\n * is marked TODO.\n */\n`;
}

/** Those of the file that it is compiled behind are there. */
function includes(source: TreeSource, sides: HarnessRequest['sides'], within: string): string {
  const folder = posix.dirname(within);
  const there = new Set(unconditionalIncludes(source.read(within) ?? ''));
  const found = new Set<string>();
  for (const file of new Set(sides.map(({ reach }) => reach.entry.file)))
    for (const name of unconditionalIncludes(source.read(file) ?? '')) {
      const own = posix.dirname(file);
      // Beside the other side's file it would not be found by its name alone.
      const moved =
        name.startsWith('"') && own !== folder && source.read(posix.join(own, name.slice(1, -1))) !== null;
      found.add(moved ? `"${posix.relative(folder, posix.join(own, name.slice(1, -1)))}"` : name);
    }
  // In the order of the source: a header may need what stands before it.
  const lines = [...found].filter(
    (name) => /\.h[">]$/.test(name) && name !== '<kunit/test.h>' && !there.has(name),
  );
  const text = lines.map((name) => `#include ${name}\n`).join('');
  return `#include <kunit/test.h>\n#include <linux/interrupt.h>\n${text}\n#include "millrace.h"\n`;
}

/** Includes that no condition holds back. */
function unconditionalIncludes(text: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  for (const line of text.split('\n')) {
    if (/^\s*#\s*if/.test(line)) depth += 1;
    else if (/^\s*#\s*endif/.test(line)) depth -= 1;
    else if (depth === 0) {
      const name = /^\s*#\s*include\s*(<[\w./+-]+>|"[\w./+-]+")/.exec(line)?.[1];
      if (name !== undefined) found.push(name);
    }
  }
  return found;
}

function copied(source: TreeSource, sides: HarnessRequest['sides'], plan: FakePlan, within: string): string {
  const found = new Map<string, PrivateDeclaration>();
  for (const file of new Set(sides.map(({ reach }) => reach.entry.file))) {
    if (file === within) continue;
    const texts = [
      ...sides.map(({ reach }) => `${reach.entry.returnText} ${reach.entry.parameterText}`),
      ...plan.members.map(({ declaration }) => declaration),
      ...plan.callbacks.map(({ function: one }) => one.parameterText),
    ];
    for (const declaration of privateDeclarations(source, file, texts))
      if (![...found.values()].some(({ text }) => text === declaration.text) && !found.has(declaration.name))
        found.set(declaration.name, declaration);
  }
  if (found.size === 0) return '';
  const texts = [...found.values()].map(({ file, line, text }) => `/* As in ${file}:${line}. */\n${text}\n`);
  return `/*\n * The other file keeps these to itself. They are copies, of Linux ${source.tree.version}: they have to be\n * what the tree has.\n */\n${texts.join('\n')}`;
}

function declarations(entries: readonly HarnessSide[], plan: FakePlan, within: string): string {
  const functions = uniqueBy(
    [
      ...entries.map(({ reach, scope }) => ({
        of: reach.entry,
        isDeclared: scope.declares(reach.entry.name),
      })),
      ...plan.callbacks.map((callback) => ({
        of: callback.function,
        isDeclared: entries.some(({ scope }) => scope.declares(callback.name)),
      })),
    ],
    ({ of }) => of.name,
  );
  return functions
    .map(({ of, isDeclared }) => {
      if (of.isStatic)
        return `MILLRACE_EXPOSED(${of.returnText}, ${of.name}, ${of.parameterText === '' ? 'void' : of.parameterText});\n`;
      return isDeclared || of.file === within ? '' : `${of.returnText} ${of.name}(${of.parameterText});\n`;
    })
    .join('');
}

function fakeStruct({ members }: FakePlan): string {
  const lines = members.map(({ declaration }) => `\t${declaration};\n`);
  return `struct fake {\n${lines.join('') || '\t/* TODO: what the sides work on; none of it was found. */\n\tint nothing;\n'}};\n`;
}

function setUp(sides: HarnessRequest['sides'], plan: FakePlan): string {
  const tested = uniqueBy(
    sides.flatMap(({ reach }) => [...reach.tested.values()]),
    ({ place }) => plan.expression(place),
  ).filter(({ type }) => type.pointers === 0);
  const conditions = tested
    .slice(0, mostConditions)
    .map(({ place, site }) => `\t *   ${plan.expression(place).replace('fake->', '')} (${at(site)})\n`);
  const hint =
    conditions.length === 0
      ? '\t/* TODO: the state in which the sides meet; all is zero. */\n'
      : `\t/*\n\t * TODO: the state in which the sides meet; all is zero.\n\t * The code that they reach looks at:\n${conditions.join('')}${tested.length > mostConditions ? `\t *   and ${tested.length - mostConditions} more\n` : ''}\t */\n`;
  const statements = plan.statements.map((statement) => `\t${statement}\n`).join('');
  const open = plan.open.map((text) => `\t/* TODO: ${text} */\n`).join('');
  const state = statements === '' ? '' : '\tstruct fake *fake = state;\n\n';
  return `/* Before every round, on zeroed memory. */\nstatic void set_up(void *state)\n{\n${state}${statements}${statements === '' ? '' : '\n'}${open}${hint}}\n`;
}

function sideFunction({ side, reach }: HarnessSide, number: number, plan: FakePlan): string {
  const { entry } = reach;
  const fake = '\tstruct fake *fake = state;\n\n';
  const object = objectSide({ side, reach }, plan);
  if (object !== null)
    return `static struct ${object.type} *${entry.name}_${object.member}(void *state)\n{\n${fake}\treturn ${object.address};\n}\n`;
  const args = entry.parameters.map((_, index) => argument(index, { side, reach }, number, plan));
  const call = `\t${callReference(entry)}(${args.map(({ text }) => text).join(', ')});\n`;
  const remarks = args.flatMap(({ todo }) => (todo === null ? [] : [`\t/* TODO: ${todo} */\n`])).join('');
  return `static void ${entry.name}_side(void *state)\n{\n${call.includes('fake->') ? fake : ''}${remarks}${call}}\n`;
}

interface Argument {
  readonly text: string;
  readonly todo: string | null;
}

/** @param number the side's */
function argument(
  index: number,
  { side, reach }: Pick<HarnessSide, 'side' | 'reach'>,
  number: number,
  plan: FakePlan,
): Argument {
  const { parameters } = reach.entry;
  const { name, type, text } = parameters[index] as CVariable;
  const target = parameterTarget(reach, index);
  if (target !== null && plan.has(target)) return { text: plan.address(target), todo: null };
  const what = name === '' ? `the parameter ${index + 1} of ${reach.entry.name}()` : `\`${comment(text)}\``;
  const known = (value: string): Argument => ({ text: value, todo: null });
  const isBuffer = (one: CVariable | undefined) =>
    one !== undefined && one.type.pointers === 1 && one.type.struct === null && !one.type.isFunction;
  if (type.pointers === 1 && type.struct === null && !type.isFunction && !type.isArray) {
    if (type.base === 'loff_t') return known('&(loff_t){ 0 }');
    // A line as `echo 1 > file` writes it.
    if (isText(parameters[index])) return known('"1\\n"');
    return known(`(void *)(u8 [${argumentBytes}]){ }`);
  }
  if (type.pointers > 0 || type.isArray || type.isFunction)
    return { text: 'NULL', todo: `${what}: nothing is known of it but its type` };
  const wanted = plan.argument(number, index);
  if (wanted !== null) return known(wanted);
  if (type.base === 'gfp_t') return known(side.context === 'TASK' ? 'GFP_KERNEL' : 'GFP_ATOMIC');
  if (type.base === 'int' && name === 'irq') return known('0');
  if (type.struct !== null) return { text: `(${type.base}){ }`, todo: `${what}: all zero` };
  const before = parameters[index - 1];
  if (isBuffer(before) && (/^s?size_t$/.test(type.base) || /len|count|size|bytes/.test(name)))
    return known(isText(before) ? '2' : '16');
  return { text: '0', todo: `${what}: 0 is a guess` };
}

function isText(parameter: CVariable | undefined): boolean {
  return parameter !== undefined && /\bconst (?:unsigned )?char\b/.test(parameter.text);
}

/** What takes an interrupt or a tasklet back and waits for it: then it has to be the kernel's to run. */
const takesBack = {
  HARDIRQ: /^(?:devm_)?free_irq$|^disable_irq$|^synchronize_(?:hard)?irq$/,
  SOFTIRQ: /^tasklet_(?:kill|disable|unlock_wait)$/,
} as const;

/** The statement that leaves a side to the kernel, where the other one takes it back; else null. */
function armedBy({ side, reach }: HarnessSide, other: HarnessSide, plan: FakePlan): string | null {
  if (side.context !== 'HARDIRQ' && side.context !== 'SOFTIRQ') return null;
  if (![...other.reach.calls].some((name) => takesBack[side.context as keyof typeof takesBack].test(name)))
    return null;
  const by = side.registration?.by ?? '';
  if (side.context === 'SOFTIRQ') {
    const target = parameterTarget(reach, 0);
    if (target === null || !by.startsWith('tasklet') || !plan.has(target)) return null;
    const isSetUp = plan.statements.some((text) => text.startsWith(`tasklet_setup(${plan.address(target)},`));
    return isSetUp ? `tasklet_schedule(${plan.address(target)});` : null;
  }
  const device = parameterTarget(reach, 1);
  if (device === null || !plan.has(device) || !by.includes('irq')) return null;
  return `if (request_irq(0, ${callReference(reach.entry)}, IRQF_SHARED, "irq", ${plan.address(device)}))\n\t\treturn;`;
}

/** The timer or the work item that a side is, so that who cancels it waits for the side. */
function objectSide(
  { side, reach }: Pick<HarnessSide, 'side' | 'reach'>,
  plan: FakePlan,
): { readonly type: string; readonly member: 'timer' | 'work'; readonly address: string } | null {
  const target = parameterTarget(reach, 0);
  if (target === null || target.path === '' || !plan.has(target)) return null;
  if (side.context === 'TIMER') return { type: 'timer_list', member: 'timer', address: plan.address(target) };
  if (side.context !== 'WORK') return null;
  const item = plan.expression(target).replace(/\.work$/, '');
  const isInitialised = plan.statements.some(
    (text) => /^INIT_(?:DELAYED_)?WORK/.test(text) && text.includes(`&${item},`),
  );
  return isInitialised ? { type: 'work_struct', member: 'work', address: plan.address(target) } : null;
}

function check(): string {
  return `/* After every round. */\nstatic void final_state(struct millrace_verdict *verdict, void *state)\n{\n\t/*\n\t * TODO: what has to hold once both sides are done, in any order:\n\t * MILLRACE_EXPECT(verdict, condition, "what should have held");\n\t */\n}\n`;
}

function testText({ name: test, sides }: HarnessTest, plan: FakePlan): string {
  const isSame = sides[0].reach.entry.name === sides[1].reach.entry.name;
  const armed = sides.flatMap((one, index) => armedBy(one, sides[1 - index] as HarnessSide, plan) ?? []);
  const lines = sides.map((one, index) => {
    const { side, reach } = one;
    if (armedBy(one, sides[1 - index] as HarnessSide, plan) !== null) return '';
    const { name } = reach.entry;
    const object = objectSide(one, plan);
    const context = side.context === 'TIMER' && object === null ? 'SOFTIRQ' : side.context;
    const run = object === null ? `.run = ${name}_side` : `.${object.member} = ${name}_${object.member}`;
    return `\t\t{ .name = "${name}${isSame ? `_${index}` : ''}", .context = MILLRACE_${context}, ${run} },\n`;
  });
  const setUpName = armed.length === 0 ? 'set_up' : `set_up_${test}`;
  const ownSetUp =
    armed.length === 0
      ? ''
      : `static void ${setUpName}(void *state)\n{\n\tstruct fake *fake = state;\n\n\tset_up(state);\n\t/* From here on it may come at any time, until it is taken back. */\n${armed.map((text) => `\t${text}\n`).join('')}}\n\n`;
  return `${ownSetUp}static const struct millrace_test ${test} = {\n\t.name = "${test}",\n\t.state_size = sizeof(struct fake),\n\t.setup = ${setUpName},\n\t.check = final_state,\n\t.sides = {\n${lines.join('')}\t},\n};\nMILLRACE_KUNIT(${test})\n`;
}

function comment(text: string): string {
  return text.replaceAll('*/', '* /').replace(/[^\x20-\x7e]/g, '?');
}

function uniqueBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

/** Functions that have to be exposed, by file. */
export function exposedFunctions(
  sides: readonly HarnessSide[],
  plan: FakePlan,
): Readonly<Record<string, readonly string[]>> {
  const found = new Map<string, Set<string>>();
  const functions: readonly CFunction[] = [
    ...sides.map(({ reach }) => reach.entry),
    ...plan.callbacks.map((callback) => callback.function),
  ];
  for (const { isStatic, file, name } of functions)
    if (isStatic) found.set(file, (found.get(file) ?? new Set()).add(name));
  return Object.fromEntries([...found].map(([file, names]) => [file, [...names]]));
}
