// What was run: tree, settings, toolchain and commands, as the record has them.
import { plural, quoted } from '../../base/index.js';
import { type Evidence, engineOf, type RunFacts } from '../../evidence/index.js';
import { bullet, mailColumns as columns, commandLines, listed, paragraph } from '../plain/index.js';

/** The case, the tree, and the command. */
export function reproduceBlocks({ tree, case: { sources, title, name }, command }: RunFacts): string[][] {
  const commit = tree?.commit ? `, commit ${tree.commit}` : '';
  const of =
    tree === null ? 'The run has no tree.' : `The tree is ${tree.spec}, Linux ${tree.version}${commit}.`;
  return [
    paragraph(`To reproduce it (case ${name}: ${title}; code under test: ${listed(sources)}):`, columns),
    commandLines(command.map(quoted).join(' '), columns, 2),
    paragraph(of, columns),
  ];
}

export function kernelSetup(evidence: Evidence): string[][] {
  const { kernels, settings } = engineOf(evidence, 'kernel') ?? { kernels: [], settings: null };
  const [base] = kernels;
  if (base === undefined) return [];
  const blocks = [
    [
      ...paragraph(`${base.toolchain}; ${base.qemu}, ${base.accelerator}. KCSAN settings in force:`, columns),
      ...base.settings.map(([symbol, value]) => `- ${symbol}=${value}`),
    ],
    ['The build command was:'],
    commandLines(base.commands.build, columns, 2),
    ['The command of the first boot was:'],
    commandLines(base.commands.boot, columns, 2),
  ];
  if (settings !== null)
    blocks.push(
      paragraph(
        `Each boot ran the sides of each test against each other for ${settings.seconds} s of guest time, from a fresh set-up every round; the guest counted the rounds in which they overlapped.`,
        columns,
      ),
    );
  return blocks;
}

/** How KCSAN's algorithm was run, and with which settings. */
export function kcsanSetup(evidence: Evidence): string[][] {
  const [base] = engineOf(evidence, 'kcsan')?.kernels ?? [];
  if (base === undefined) return [];
  const { executions, seed } = base.options;
  const isAlone = engineOf(evidence, 'model') === undefined;
  const isShort = base.tests.some(({ stoppedBy }) => stoppedBy === 'time');
  const of = `${isShort ? 'at most ' : ''}${plural(executions, 'execution')}`;
  const alone = isAlone
    ? ' Neither a kernel nor the device ran: this is no reproduction from user space.'
    : '';
  return [
    paragraph(
      `KCSAN's algorithm (kernel/kcsan) was run on Millrace's model machine, in virtual time: the driver's own, unmodified C and the harness, compiled with ${base.compiler} as for a KCSAN kernel, in a sample of ${of} of each test, seed ${seed}. The same seed gives the same sample.${alone}`,
      columns,
    ),
    ['KCSAN settings in force:', ...base.settings.map((line) => `- ${line.replace(/^# /, '')}`)],
    ...(isAlone ? [['The sides of each test:', ...sideLines(base.tests)]] : []),
  ];
}

function sideLines(
  tests: readonly { name: string; sides: readonly { name: string; context: string }[] }[],
): string[] {
  return tests.flatMap(({ name, sides }) =>
    bullet(`${name}: ${listed(sides.map((side) => `${side.name} (${side.context})`))}`, columns),
  );
}

export function modelSetup(evidence: Evidence): string[][] {
  const [base] = engineOf(evidence, 'model')?.kernels ?? [];
  if (base === undefined) return [];
  const { strategy, seed, preemptions } = base.options;
  const how = {
    dpor: 'every interleaving that is not equivalent to another one',
    bounded: `every schedule with at most ${preemptions} preemptions`,
    pct: `random priorities for bugs of depth ${preemptions + 1}, seed ${seed}`,
    random: `a random walk, seed ${seed}`,
  }[strategy];
  return [
    paragraph(
      `The model engine compiled the driver's own, unmodified C and the harness with ${base.compiler} and ran the sides of each test through ${how} (${strategy}), on a model of scheduler, locks and timers. Neither a kernel nor the device ran: this is no reproduction from user space.`,
      columns,
    ),
    ['The sides of each test:', ...sideLines(base.tests)],
  ];
}
