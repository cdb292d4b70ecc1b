// The sections of the page, each from the evidence and the record.

import type { Element } from 'hast';
import { plural, quoted } from '../../base/index.js';
import { type Evidence, engineOf, type HarmEvidence, type VariableEvidence } from '../../evidence/index.js';
import {
  classReasonText,
  harmText,
  limitText,
  lockRuleText,
  outcomesText,
  suggestionText,
} from '../../words/index.js';
import { diagramOfFirstReport, tellingSchedule } from '../diagram/index.js';
import { caseInText, commandLines, sentence } from '../plain/index.js';
import { findingStories, firstReport, reportLines } from '../story/index.js';
import { nameOf } from '../variable-name.js';
import { deviceLimits } from '../virtual-device.js';
import { type Content, el, list, prose, section, table } from './elements.js';
import { columnsOf, scheduleElement, scheduleId } from './timeline.js';

export function variableSection({ variables }: Evidence): Element[] {
  const racing = variables.filter(({ races }) => races.length > 0);
  const unnamed = racing.filter(({ struct, accesses }) => struct === null && accesses.length === 0);
  return section('variables', 'What races', [
    ...racing.filter((one) => !unnamed.includes(one)).map(variableCard),
    ...unnamedPairs(unnamed),
  ]);
}

/** What reports alone tell. */
function unnamedPairs(variables: readonly VariableEvidence[]): Element[] {
  if (variables.length === 0) return [];
  const reasons = variables.flatMap(({ classification }) => classification?.reason ?? []);
  const rows = variables.flatMap(({ races }) =>
    races.map(({ lines, functions, counts }) => [
      ...lines.flatMap((line, index) => [functions[index] ?? '', shortPlace(line)]),
      String(counts.kernel?.base ?? counts.kcsan?.base ?? counts.model?.base ?? 0),
      String(counts.kernel?.fixed ?? counts.kcsan?.fixed ?? counts.model?.fixed ?? '-'),
    ]),
  );
  const heads = ['Function', 'Line', 'Function', 'Line', 'Seen on the base', 'With the fix'];
  return [
    table(heads, rows, [4, 5]),
    ...[...new Set(reasons.map(classReasonText))].map((text) => el('p', prose(text))),
  ];
}

function variableCard(variable: VariableEvidence): Element {
  const { races, accesses, rule, classification, offset, reach } = variable;
  const pairs = races.map(({ lines, functions, counts }) => {
    const reports = counts.kernel === null ? '' : `, ${plural(counts.kernel.base, 'report')} on the base`;
    const sampled =
      counts.kcsan === null ? '' : `, by KCSAN in ${plural(counts.kcsan.base, 'execution')} of its sample`;
    return `${functions[0]} ${shortPlace(lines[0])} and ${functions[1]} ${shortPlace(lines[1])}${reports}${sampled}`;
  });
  const concurrent = accesses.filter((access) => access.concurrent);
  const rows = concurrent.map((access) => [
    access.function,
    access.from ?? '',
    shortPlace(`${access.file}:${access.line}`),
    `${access.marked ? 'marked ' : ''}${access.access}`,
    access.locks.length > 0 ? access.locks.map(({ name }) => name).join(', ') : el('span.warn', 'none'),
    access.races ? el('span.warn', 'yes') : 'no',
  ]);
  const all = reach?.complete ? 'Every access of the sides' : 'The accesses that were seen';
  return el('div.card', [
    el('h3', [
      el('code', nameOf(variable)),
      ...(offset === null ? [] : [el('span.faint', ` offset ${offset}`)]),
    ]),
    ...(rule === null ? [] : [el('p.rule', prose(sentence(lockRuleText(rule))))]),
    ...list(pairs),
    ...(rows.length === 0
      ? []
      : [
          el('p.faint', `${all}:`),
          table(['Function', 'From', 'Line', 'Access', 'Locks held', 'Races'], rows),
        ]),
    ...(classification === null
      ? []
      : [
          el('p', prose(classReasonText(classification.reason))),
          ...classification.suggestions.map((one) => el('p', prose(suggestionText(one)))),
        ]),
  ]);
}

export function harmSection(evidence: Evidence): Element[] {
  const { harms, outcomes, schedules } = evidence;
  const item = (harm: HarmEvidence): Content => {
    const id = scheduleId(schedules, harm.schedule);
    return el('span', [
      harmText(harm),
      ...(id === null ? [] : [' ', el('a', 'schedule', { href: `#${id}` })]),
    ]);
  };
  const groups = (['base', 'fixed'] as const).flatMap((kernel) =>
    [
      ...new Set([...harms, ...outcomes].filter((one) => one.kernel === kernel).map(({ test }) => test)),
    ].flatMap((test) => {
      const own = <T extends { kernel: string; test: string }>(all: readonly T[]) =>
        all.filter((one) => one.kernel === kernel && one.test === test);
      return [
        el('h3', `${test}, ${kernel === 'base' ? 'base' : 'with the fix'}`),
        ...list(own(harms).map(item)),
        ...storiesOf(evidence, kernel, test).map(({ lines }) => el('pre', lines.join('\n'))),
        ...own(outcomes).map((outcome) => el('p', outcomesText(outcome))),
      ];
    }),
  );
  const booted = engineOf(evidence, 'kernel');
  const broken = (['base', 'fixed'] as const).flatMap((kernel, index) =>
    (booted?.broken[kernel] ?? []).map(
      ({ text, count }) =>
        `${booted?.kernels[index]?.name}: in ${plural(count, 'round')} this did not hold: ${text}`,
    ),
  );
  return section('harm', 'What it does', [...list(broken), ...groups]);
}

/** Of one test's findings: who did what to the object, and who waits for whom. */
function storiesOf(evidence: Evidence, kernel: 'base' | 'fixed', test: string) {
  const run = engineOf(evidence, 'model')?.kernels[kernel === 'base' ? 0 : 1];
  const findings = run?.tests.find(({ name }) => name === test)?.findings ?? [];
  return findingStories(findings, evidence, 100);
}

export function scheduleSection(evidence: Evidence): Element[] {
  const telling = tellingSchedule(evidence);
  return section(
    'schedules',
    'Schedules',
    evidence.schedules.map((schedule, index) =>
      scheduleElement(schedule, evidence, {
        id: `schedule-${index + 1}`,
        caseName: caseInText(evidence),
        open: schedule === telling,
        shows: [...new Set(evidence.harms.filter((harm) => harm.schedule === schedule.text).map(harmText))],
      }),
    ),
  );
}

export function reportSection(evidence: Evidence): Element[] {
  const first = firstReport(evidence);
  if (first === null) return [];
  const { place } = first;
  const where =
    place.kind === 'boot'
      ? `in boot ${place.boot}`
      : `by KCSAN on the model machine, in execution ${place.execution} of ${place.test}`;
  const diagram = diagramOfFirstReport(evidence);
  return section('report', `First report, ${where}`, [
    ...(diagram === null ? [] : columnsOf(diagram, 'report-step')),
    el('pre', reportLines(first.report, evidence, 120).join('\n')),
  ]);
}

export function setupSection(evidence: Evidence): Element[] {
  const [base] = engineOf(evidence, 'kernel')?.kernels ?? [];
  const kernel =
    base === undefined
      ? []
      : [
          el('h3', 'Build'),
          command(base.commands.build),
          el('h3', 'First boot'),
          command(base.commands.boot),
          el('h3', 'KCSAN settings in force'),
          el('pre', base.settings.map(([symbol, value]) => `${symbol}=${value}`).join('\n')),
        ];
  const [sampled] = engineOf(evidence, 'kcsan')?.kernels ?? [];
  const settings =
    sampled === undefined
      ? []
      : [el('h3', 'KCSAN settings on the model machine'), el('pre', sampled.settings.join('\n'))];
  return section('set-up', 'Set-up', [
    el('h3', 'Command'),
    command(evidence.run.command.map(quoted).join(' ')),
    ...kernel,
    ...settings,
  ]);
}

function command(text: string): Element {
  return el('pre', commandLines(text, 100, 0).join('\n'));
}

export function limitSection(evidence: Evidence): Element[] {
  return [
    ...section('assumed', 'Assumed of the callers', list(evidence.assumptions)),
    ...section(
      'limits',
      'What this does not say',
      list([...evidence.limits.map(limitText), ...deviceLimits(evidence).map(sentence)]),
    ),
  ];
}

function shortPlace(place: string): string {
  return place.split('/').at(-1) ?? place;
}
