// What was run and how it went: set-up, boots, KUnit results, and how far the harness exercised its sides.
import { plural } from '../../base/index.js';
import { type Evidence, engineOf, type KernelEvidence } from '../../evidence/index.js';
import { commonFacts, type Fact, titledFacts } from './head.js';
import { bulletLines, type ResultOptions, seconds, whole } from './section.js';
import { tableLines } from './table.js';
import { paletteFor, printable } from './text.js';

export function headLines(evidence: Evidence, options: ResultOptions): string[] {
  const { run } = evidence;
  return titledFacts(run, factsOf(evidence, options.state ?? run.status), options);
}

function factsOf(evidence: Evidence, state: string): Fact[] {
  const { id, started, finished } = evidence.run;
  const { settings, kernels } = engineOf(evidence, 'kernel') ?? { settings: null, kernels: [] };
  const [run] = kernels;
  const facts: Fact[] = [
    ['run', `${id}, ${state}`],
    ['started', `${moment(started)}${finished === null ? '' : `, ended ${moment(finished)}`}`],
    ...commonFacts(evidence.run),
  ];
  if (run !== undefined) {
    const how = run.accelerator === 'kvm' ? 'hardware virtualisation (KVM)' : 'software emulation (TCG)';
    facts.push(['toolchain', run.toolchain], ['QEMU', `${run.qemu}, ${how}`]);
  }
  if (settings !== null) {
    const guest = [
      plural(settings.cpus, 'CPU'),
      `${settings.memory} MiB`,
      `${settings.seconds} s a test`,
      plural(settings.boots, 'boot'),
      `at most ${settings.timeout} s each`,
    ];
    facts.push(['guest', guest.join(', ')]);
  }
  if (run !== undefined) {
    facts.push(['settings', run.settings.map(([symbol, value]) => `${symbol}=${value}`).join(' ')]);
    facts.push(['build', run.commands.build], ['boot', run.commands.boot]);
  }
  return facts;
}

export function bootLines({ kernels }: KernelEvidence, options: ResultOptions): string[] {
  const colours = paletteFor(options);
  const boots = kernels.flatMap((run) => run.boots.map((boot, index) => ({ run, boot, number: index + 1 })));
  if (boots.length === 0) return [];
  const rows = boots.map(({ run, boot, number }) => [
    printable(run.name),
    String(number),
    boot.outcome === 'completed' ? boot.outcome : colours.yellow(boot.outcome),
    seconds(boot.seconds),
    seconds(boot.firstKtap),
    seconds(boot.firstReport),
    whole(boot.reports.length),
  ]);
  const details = boots.flatMap(({ run, boot, number }) =>
    boot.detail === null ? [] : [`${run.name} boot ${number}: ${boot.detail}`],
  );
  const unchecked = boots.filter(
    ({ boot }) => boot.consoleCheck?.vouched === 0 && boot.tests.length > 0,
  ).length;
  if (unchecked > 0)
    details.push(
      `The console of ${plural(unchecked, 'boot')} was not checked: the harness does not include millrace.h.`,
    );
  return [
    ...tableLines(['KERNEL', 'BOOT', 'OUTCOME', 'TIME', 'FIRST KTAP', 'FIRST REPORT', 'REPORTS'], rows, {
      ...options,
      indent: 2,
      right: [1, 3, 4, 5, 6],
    }),
    ...bulletLines(details, options),
  ];
}

/** Suites and cases as KTAP told them, with how many boots gave each status. */
export function testLines({ kernels }: KernelEvidence, options: ResultOptions): string[] {
  const names = new Set(
    kernels.flatMap((run) => run.boots.flatMap((boot) => boot.tests.map((test) => test.path.join('.')))),
  );
  if (names.size === 0) return [];
  const rows = [...names].map((name) => [
    printable(name),
    ...kernels.map((run) => {
      const statuses = run.boots.flatMap((boot) =>
        boot.tests.filter((test) => test.path.join('.') === name).map((test) => test.status),
      );
      return [...new Set(statuses)]
        .map((status) => `${status} ${statuses.filter((one) => one === status).length}`)
        .join(', ');
    }),
  ]);
  return tableLines(['TEST', ...kernels.map((run) => printable(run.name).toUpperCase())], rows, {
    ...options,
    indent: 2,
  });
}

export function exerciseLines({ kernels }: KernelEvidence, options: ResultOptions): string[] {
  const rows = kernels.flatMap((run) => {
    const exercises = run.boots.flatMap((boot) => boot.exercises);
    return [...new Set(exercises.map((one) => one.test))].map((test) => {
      const of = exercises.filter((one) => one.test === test);
      const sum = (field: 'rounds' | 'overlaps' | 'violations' | 'milliseconds') =>
        of.reduce((total, one) => total + one[field], 0);
      return [
        printable(test),
        printable(run.name),
        whole(sum('rounds')),
        whole(sum('overlaps')),
        whole(sum('violations')),
        seconds(sum('milliseconds') / 1000),
      ];
    });
  });
  if (rows.length === 0) return [];
  return tableLines(['TEST', 'KERNEL', 'ROUNDS', 'OVERLAPPED', 'VIOLATIONS', 'TIME'], rows, {
    ...options,
    indent: 2,
    right: [2, 3, 4, 5],
  });
}

/** `2026-04-23 09:15:09 UTC` */
function moment(instant: string): string {
  return `${instant.slice(0, 19).replace('T', ' ')} UTC`;
}
