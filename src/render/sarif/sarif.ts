// A run as SARIF 2.1.0 (OASIS Standard, 27 March 2020): a SARIF run for the base and one for the fix, a result for each
// racing pair of lines and each harm, both accesses as locations, schedules as code flows.
import type { CodeFlow, Location, Log, ReportingDescriptor, Result, Run, ThreadFlowLocation } from 'sarif';
import { safeJson } from '../../base/index.js';
import type {
  AccessEvidence,
  Evidence,
  HarmEvidence,
  LinePairEvidence,
  RunFacts,
  ScheduleEvidence,
  StepEvidence,
  VariableEvidence,
} from '../../evidence/index.js';
import {
  classReasonText,
  eventText,
  harmText,
  limitText,
  lockRuleText,
  runReasonText,
  verdictText,
} from '../../words/index.js';
import { listed, sentence } from '../plain/index.js';
import { nameOf } from '../variable-name.js';

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json';

/** JSON, ending in a line end. Paths are relative to the tree's top (`SRCROOT`), as code hosting wants them. */
export function renderSarif(evidence: Evidence): string {
  const kernels = [
    'base',
    ...(evidence.engines.some(({ fix }) => fix !== null) ? ['fixed'] : []),
  ] as Kernel[];
  const log: Log = {
    $schema: schema,
    version: '2.1.0',
    runs: kernels.map((kernel) => runOf(kernel, evidence)),
  };
  return `${safeJson(log, 2)}\n`;
}

type Kernel = 'base' | 'fixed';

function runOf(kernel: Kernel, evidence: Evidence): Run {
  const { run } = evidence;
  const results = [
    ...evidence.variables.flatMap((variable) =>
      variable.races
        .filter(({ counts }) => seenOn(kernel, counts))
        .map((pair) => raceResult(kernel, variable, pair, evidence)),
    ),
    ...evidence.harms.filter((harm) => harm.kernel === kernel).map((harm) => harmResult(harm, evidence)),
  ];
  const used = new Set(results.map(({ ruleId }) => ruleId));
  const rules = descriptors.filter(({ id }) => used.has(id));
  return {
    tool: {
      driver: {
        name: 'Millrace',
        version: run.millrace,
        semanticVersion: run.millrace,
        rules,
      },
    },
    automationDetails: {
      id: `millrace/${run.case.name}/${kernel === 'base' ? 'base' : (run.fix?.name ?? 'fixed')}/${run.id}`,
    },
    invocations: [
      {
        commandLine: run.command.join(' '),
        startTimeUtc: run.started,
        ...(run.finished === null ? {} : { endTimeUtc: run.finished }),
        executionSuccessful: run.status === 'finished',
      },
    ],
    originalUriBaseIds: {
      SRCROOT: { description: { text: `The top of the kernel tree${treeText(run)}.` } },
    },
    columnKind: 'utf16CodeUnits',
    results: results.map((result) => ({
      ...result,
      ruleIndex: rules.findIndex(({ id }) => id === result.ruleId),
    })),
    properties: {
      verdict: verdictText(evidence.verdict),
      reason: runReasonText(evidence.verdict.reason),
      limits: evidence.limits.map(limitText),
    },
  };
}

function treeText({ tree }: RunFacts): string {
  if (tree === null) return '';
  return `, ${tree.spec} (Linux ${tree.version}${tree.commit === null ? '' : `, ${tree.commit}`})`;
}

function seenOn(kernel: Kernel, counts: LinePairEvidence['counts']): boolean {
  return Object.values(counts).some((one) => (one?.[kernel] ?? 0) > 0);
}

const descriptors: readonly ReportingDescriptor[] = [
  rule(
    'data-race',
    'Two accesses to one variable, at least one a plain one and at least one a write, without order.',
  ),
  rule('invariant', 'What the harness expects of the final state does not hold.'),
  rule('lost-update', 'A write is undone by one that was computed from the value before it.'),
  rule('torn-pair', 'Two fields that belong together are seen with values that never did.'),
  rule('no-serial-order', 'A final state that no order of the sides, one after the other, gives.'),
  rule('use-after-free', 'Memory is used after it was freed.'),
  rule('deadlock', 'Contexts wait for each other.'),
  rule('other', 'Something else that the model machine found wrong.'),
];

function rule(id: string, text: string): ReportingDescriptor {
  return { id, shortDescription: { text }, defaultConfiguration: { level: 'error' } };
}

function raceResult(
  kernel: Kernel,
  variable: VariableEvidence,
  pair: LinePairEvidence,
  evidence: Evidence,
): Result {
  const [first, second] = pair.lines.map((line, index) => accessLocation(variable, pair, line, index));
  const { rule: lockRule, classification } = variable;
  const said = [
    `Data race on ${literal(nameOf(variable))}: ${literal(pair.functions[0])} at [${literal(shortPlace(pair.lines[0]))}](0) and ${literal(pair.functions[1])} at [${literal(shortPlace(pair.lines[1]))}](1)`,
    ...(lockRule === null ? [] : [literal(lockRuleText(lockRule))]),
    ...(classification === null ? [] : [literal(classReasonText(classification.reason))]),
  ];
  const flows = evidence.schedules.filter(
    (schedule) => schedule.kernel === kernel && pair.schedules.includes(schedule.text),
  );
  return {
    ruleId: 'data-race',
    level: 'error',
    message: { text: said.map(sentence).join(' ') },
    locations: first === undefined ? [] : [first],
    relatedLocations: [first, second].flatMap((location, id) =>
      location === undefined ? [] : [{ ...location, id }],
    ),
    partialFingerprints: {
      'variableAndFunctions/v1': `${nameOf(variable)} ${[...pair.functions].sort().join(' ')}`,
    },
    ...codeFlows(flows),
    properties: { counts: pair.counts, schedules: pair.schedules },
  };
}

function harmResult(harm: HarmEvidence, evidence: Evidence): Result {
  const places = harm.places.map(({ function: name, file, line }) => location(`${file}:${line}`, name));
  const flows = evidence.schedules.filter(({ text }) => text === harm.schedule);
  const [last] = flows.flatMap(({ steps }) => steps.slice(-1));
  // A final state has no place of its own: the last step that led to it.
  const shown =
    places.length > 0 || last === undefined ? places : [location(`${last.file}:${last.line}`, last.function)];
  return {
    ruleId: harm.kind,
    level: 'error',
    message: { text: literal(`In ${harm.test}: ${sentence(harmText(harm))}`) },
    locations: shown.slice(0, 1),
    relatedLocations: shown.slice(1).map((place, id) => ({ ...place, id })),
    ...codeFlows(flows),
    properties: { test: harm.test, values: harm.values, schedule: harm.schedule },
  };
}

function accessLocation(
  { accesses }: VariableEvidence,
  pair: LinePairEvidence,
  line: string,
  index: number,
): Location {
  const access = accesses.find((one) => one.races && `${one.file}:${one.line}` === line);
  const name = pair.functions[index] ?? '';
  return {
    ...location(line, name),
    message: { text: literal(access === undefined ? `${name}()` : accessText(access)) },
  };
}

function accessText({ access, marked, function: name, locks, by }: AccessEvidence): string {
  const held = locks.length === 0 ? 'no lock held' : `holding ${listed(locks.map((lock) => lock.name))}`;
  const who = [...new Set(by.map(({ side }) => `${side.name} (${side.context})`))];
  return `${marked ? 'marked ' : ''}${access} in ${name}() by ${listed(who)}, ${held}`;
}

/** `file:line`; a report without line has `function+0x1f` there, which is no place in a file. */
function location(line: string, name: string): Location {
  const [, file, number] = /^(.*[^:]):(\d+)$/.exec(line) ?? [];
  const logicalLocations = [{ name, kind: 'function' }];
  if (file === undefined || Number(number) === 0) return { logicalLocations };
  // A URI has no room for half a character.
  const whole = Buffer.from(file).toString();
  const uri = whole.split('/').map(encodeURIComponent).join('/');
  return {
    physicalLocation: {
      artifactLocation: { uri, uriBaseId: 'SRCROOT' },
      region: { startLine: Number(number) },
    },
    logicalLocations,
  };
}

/** Text that has no links in it: brackets make one in a message (3.11.6). */
function literal(text: string): string {
  return text.replace(/[\\[\]]/g, '\\$&');
}

function shortPlace(line: string): string {
  return line.split('/').at(-1) ?? line;
}

/** A thread flow for each side, its steps numbered through in the order of time. */
function codeFlows(schedules: readonly ScheduleEvidence[]): { codeFlows?: CodeFlow[] } {
  const flows = schedules
    .filter(({ steps }) => steps.length > 0)
    .map(({ text, columns, steps }): CodeFlow => {
      const numbered = steps.map((step, index) => ({ step, index }));
      return {
        message: { text: literal(`Schedule ${text}`) },
        threadFlows: columns.flatMap(({ name, context, cpu }, column) => {
          const own = numbered.filter(({ step }) => step.column === column);
          if (own.length === 0) return [];
          return [
            {
              id: `CPU ${cpu}`,
              message: { text: literal(`CPU ${cpu}: ${name} (${context})`) },
              locations: own.map(({ step, index }) => flowLocation(step, index + 1)),
            },
          ];
        }),
      };
    });
  return flows.length === 0 ? {} : { codeFlows: flows };
}

function flowLocation(step: StepEvidence, executionOrder: number): ThreadFlowLocation {
  const value = step.value === null ? '' : `: ${step.value}`;
  const text = `${eventText(step.event)}${step.name === null ? '' : ` ${step.name}`}${value}`;
  return {
    executionOrder,
    importance: step.name === null ? 'unimportant' : 'important',
    location: { ...location(`${step.file}:${step.line}`, step.function), message: { text } },
  };
}
