// parse's text: races with both stacks of their first report, tests, troubles, damaged places. Counts go on without end; what is kept
// to be shown has limits.

import pc from 'picocolors';
import { plural } from '../base/index.js';
import {
  printable,
  renderKernelReport,
  renderRaceReport,
  type TerminalOptions,
} from '../render/terminal/index.js';
import {
  createRaceGroups,
  type Damage,
  type KernelReport,
  type MissingResults,
  type Race,
  type RaceReport,
  racingFunctions,
  type TestResult,
  type Trouble,
} from '../report/index.js';
import type { GatheringOutput } from './output.js';
import { type ParseSink, warnWithoutAccess } from './parse-sink.js';

const maxRaces = 1000;
const maxListed = 200;
const maxFramesShown = 12;
const maxDiagnosticsShown = 8;

export interface ParseTextOptions extends TerminalOptions {
  /** What the log is called. */
  readonly source: string;
}

interface TroubleCount {
  readonly trouble: Trouble;
  count: number;
}

interface KernelReportCount {
  readonly report: KernelReport;
  count: number;
}

export function createTextSink(output: GatheringOutput, options: ParseTextOptions): ParseSink {
  const colours = pc.createColors(options.colour);
  const groups = createRaceGroups();
  const firstReports = new Map<string, RaceReport>();
  let reports = 0;
  const statuses: Record<TestResult['status'], number> = { passed: 0, failed: 0, skipped: 0, crashed: 0 };
  const notPassed: TestResult[] = [];
  const troubles = new Map<string, TroubleCount>();
  const missing: MissingResults[] = [];
  const damages: Damage[] = [];
  let damagesInAll = 0;
  const kernelReports = new Map<string, KernelReportCount>();
  let kernelReportsInAll = 0;
  let withoutAccess = 0;

  let previous: readonly string[] = [];

  const takeTest = (test: TestResult) => {
    // A suite's result follows those of its cases, and is counted where it says more than they do.
    const isSuite = previous.length > test.path.length && isWithin(previous, test.path);
    previous = test.path;
    const isTold = notPassed.some(({ path, status }) => status !== 'skipped' && isWithin(path, test.path));
    if (isSuite && (test.status === 'passed' || test.status === 'skipped' || isTold)) return;
    statuses[test.status] += 1;
    if (test.status !== 'passed' && notPassed.length < maxListed) notPassed.push(test);
  };

  const takeKernelReport = (report: KernelReport) => {
    kernelReportsInAll += 1;
    const tops = report.stacks.map(
      ({ label, stack }) => `${label} ${stack.map((frame) => frame.function).join()}`,
    );
    // Titles have addresses in them; what is the same report has the same stacks.
    const key = [report.kind, ...(tops.length > 0 ? tops : [report.title])].join('\n');
    const known = kernelReports.get(key);
    if (known !== undefined) known.count += 1;
    else if (kernelReports.size < maxListed) kernelReports.set(key, { report, count: 1 });
  };

  const say = (...lines: string[]) => output.write(`${lines.join('\n')}\n`);

  const sayRace = async (race: Race, index: number) => {
    const name = race.functions.map(printable).join(' / ') || '(functions unknown)';
    const first = race.first === null ? '' : `, first at ${seconds(race.first)}`;
    await say('', colours.bold(`${index + 1}. ${name}`), `  ${plural(race.count, 'report')}${first}`);
    const report = firstReports.get(keyOf(race.functions));
    if (report === undefined) return;
    await say(
      renderRaceReport(report, { ...options, showTitle: false, maxFrames: Number.POSITIVE_INFINITY }),
    );
  };

  const sayTests = async () => {
    const counts = Object.entries(statuses).filter(([, count]) => count > 0);
    if (counts.length === 0) return;
    await say('', colours.bold(`Tests: ${counts.map(([status, count]) => `${count} ${status}`).join(', ')}`));
    for (const test of notPassed) {
      const colour = test.status === 'skipped' ? colours.yellow : colours.red;
      const reason = test.reason === null ? '' : `: ${printable(test.reason)}`;
      await say(`  ${colour(test.status)} ${printable(test.path.join('.'))}${reason}`);
      if (test.status === 'skipped') continue;
      for (const text of test.diagnostics.slice(0, maxDiagnosticsShown))
        await say(colours.dim(`    ${printable(text)}`));
    }
  };

  const sayMissing = async () => {
    if (missing.length === 0) return;
    await say('', colours.bold(colours.red('The test log is cut off:')));
    for (const { path, planned, seen } of missing) {
      const what = path.length > 0 ? `of ${printable(path.join('.'))}` : 'in all';
      await say(`  ${plural(planned, 'result')} ${what} announced, ${seen} seen`);
    }
  };

  const sayKernelReports = async () => {
    if (kernelReportsInAll === 0) return;
    await say('', colours.bold(plural(kernelReportsInAll, 'other kernel report')));
    for (const [i, { report, count }] of [...kernelReports.values()].entries()) {
      const first = report.time === null ? '' : ` at ${seconds(report.time)}`;
      const often = count === 1 ? '' : ` (${count} times)`;
      await say('', colours.bold(`${i + 1}. ${report.kind}`) + first + often);
      await say(renderKernelReport(report, { ...options, maxFrames: maxFramesShown }));
    }
    const more = kernelReportsInAll - [...kernelReports.values()].reduce((sum, { count }) => sum + count, 0);
    if (more > 0) await say('', `${plural(more, 'further report')}: --json prints them all.`);
  };

  const sayTroubles = async () => {
    const titles = new Set([...kernelReports.values()].map(({ report }) => report.title));
    const isShown = ({ title, lines }: Trouble) =>
      titles.has(title) || lines.some((line) => titles.has(line.trim()));
    const others = [...troubles.values()].filter(({ trouble }) => !isShown(trouble));
    const inAll = others.reduce((sum, { count }) => sum + count, 0);
    if (inAll === 0) return;
    await say('', colours.bold(`${plural(inAll, 'other trouble')}:`));
    for (const { trouble, count } of others) {
      const first = trouble.time === null ? '' : ` at ${seconds(trouble.time)}`;
      const often = count === 1 ? '' : ` (${count} times)`;
      await say(`  ${colours.red(trouble.kind)}${first}${often}`, `    ${printable(trouble.title)}`);
    }
  };

  const sayDamages = async () => {
    if (damagesInAll === 0) return;
    await say('', colours.bold(colours.red(`The log is damaged in ${plural(damagesInAll, 'place')}:`)));
    for (const { kind, time, text } of damages)
      await say(
        `  ${damageKinds[kind]}${time === null ? '' : ` at ${seconds(time)}`}`,
        `    ${printable(text)}`,
      );
  };

  return {
    async take(event) {
      if (event.kind === 'report') {
        reports += 1;
        if (groups.add(event.report)?.isNew && firstReports.size < maxRaces)
          firstReports.set(keyOf(racingFunctions(event.report)), event.report);
        if (event.report.accesses.length === 0) withoutAccess += 1;
      } else if (event.kind === 'kernel-report') {
        takeKernelReport(event.report);
      } else if (event.kind === 'test') {
        takeTest(event.result);
      } else if (event.kind === 'missing') {
        if (missing.length < maxListed) missing.push(event.missing);
      } else if (event.kind === 'damage') {
        damagesInAll += 1;
        if (damages.length < maxListed) damages.push(event.damage);
      } else {
        const key = `${event.trouble.kind} ${event.trouble.title}`;
        const known = troubles.get(key);
        if (known !== undefined) known.count += 1;
        else if (troubles.size < maxListed) troubles.set(key, { trouble: event.trouble, count: 1 });
      }
    },
    async end() {
      const races = groups.races();
      if (reports === 0) await say(`No KCSAN report in ${printable(options.source)}.`);
      else {
        const atLeast = groups.overflow() > 0 ? 'at least ' : '';
        await say(
          colours.bold(`${plural(reports, 'KCSAN report')} of ${atLeast}${plural(races.length, 'race')}`),
        );
      }
      for (const [i, race] of races.slice(0, maxRaces).entries()) await sayRace(race, i);
      if (races.length > maxRaces)
        await say('', `${plural(races.length - maxRaces, 'further race')}: --json prints them all.`);
      await sayKernelReports();
      await sayTests();
      await sayMissing();
      await sayTroubles();
      await sayDamages();
      await output.flush();
      warnWithoutAccess(withoutAccess);
    },
  };
}

const damageKinds: Record<Damage['kind'], string> = {
  result: 'a result that is no test’s, left out',
  counts: 'counts that do not fit their checksum, left out',
  dropped: 'messages that the kernel dropped',
  unvouched: 'not what the guest said',
  'unknown-test': 'a test that the case does not have',
};

function isWithin(path: readonly string[], suite: readonly string[]): boolean {
  return suite.every((name, i) => path[i] === name);
}

function keyOf(functions: readonly string[]): string {
  return functions.join(' / ');
}

function seconds(time: number): string {
  return `${time.toFixed(3)} s`;
}
