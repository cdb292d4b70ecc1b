// Two records of one case, told apart: what was different to begin with, what was found, and how often.
import { type RunRecord, sectionOf } from '../record/index.js';
import { recordedText } from '../words/index.js';

export interface RecordDifferences {
  /** Whether both found the same and came to the same verdict. */
  readonly sameFindings: boolean;
  /** Tree, versions, configuration, case, a phrase each. */
  readonly setup: readonly string[];
  /** What one found and the other did not, a phrase each. */
  readonly findings: readonly string[];
  /** Figures, a phrase each. Those of a kernel vary from run to run. */
  readonly counts: readonly string[];
}

export function compareRecords(before: RunRecord, after: RunRecord): RecordDifferences {
  const findings = [
    ...lost(findingsOf(before), findingsOf(after)).map((finding) => `no longer: ${finding}`),
    ...lost(findingsOf(after), findingsOf(before)).map((finding) => `new: ${finding}`),
  ];
  return {
    sameFindings: findings.length === 0,
    setup: changes(setupOf(before), setupOf(after)),
    findings,
    counts: changes(countsOf(before), countsOf(after)),
  };
}

type Facts = readonly (readonly [name: string, value: string])[];

function changes(before: Facts, after: Facts): string[] {
  const [was, is] = [new Map(before), new Map(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((name) => was.get(name) !== is.get(name))
    .map((name) => `${name}: ${was.get(name) ?? 'none'} then, ${is.get(name) ?? 'none'} now`);
}

function lost(from: readonly string[], to: readonly string[]): string[] {
  const there = new Set(to);
  return [...new Set(from)].filter((one) => !there.has(one));
}

function setupOf(record: RunRecord): Facts {
  const { millrace, tree, fix, host, case: recorded, filter } = record;
  const { explored, sampled, booted } = kernelsOf(record);
  const settings = sectionOf(record, 'kernel')?.settings ?? null;
  return [
    ['Millrace', millrace],
    ['engines', record.engines.map(({ engine }) => engine).join(', ')],
    [
      'tree',
      tree === null ? 'none' : `${tree.version}${tree.commit === null ? '' : `, commit ${tree.commit}`}`,
    ],
    ['sources of the tree', tree?.identity ?? 'none'],
    ['fix', fix === null ? 'none' : `${fix.name} (${fix.sha256.slice(0, 12)})`],
    ['tests', recorded.tests.map(({ name }) => name).join(', ')],
    ['filter', filter ?? 'none'],
    ['Node.js', host?.node ?? 'unknown'],
    ['system', host?.system ?? 'unknown'],
    ...recorded.files.map(({ path, sha256 }): [string, string] => [path, sha256.slice(0, 12)]),
    ...(settings === null
      ? []
      : Object.entries(settings).map(([name, value]): [string, string] => [
          `setting ${name}`,
          JSON.stringify(value),
        ])),
    ...explored.flatMap(({ name, compiler, program, options }): [string, string][] => [
      [`compiler of ${name}`, compiler],
      [`code of ${name}`, program],
      ...Object.entries(options).map(([option, value]): [string, string] => [
        `option ${option}`,
        String(value),
      ]),
    ]),
    ...sampled.flatMap(({ name, compiler, program, options, settings: lines }): [string, string][] => [
      [`compiler of ${name} under KCSAN`, compiler],
      [`code of ${name} under KCSAN`, program],
      ...Object.entries(options).map(([option, value]): [string, string] => [
        `option ${option} of the sample`,
        String(value),
      ]),
      ...lines.map((line): [string, string] => [`${symbolOf(line)} of ${name} under KCSAN`, line]),
    ]),
    ...booted.flatMap((run): [string, string][] => [
      [`kernel of ${run.name}`, run.release],
      [`toolchain of ${run.name}`, run.toolchain],
      [`QEMU of ${run.name}`, `${run.qemu}, ${run.accelerator}`],
      ...run.settings.map(([symbol, value]): [string, string] => [`${symbol} of ${run.name}`, value]),
    ]),
  ];
}

/** Of a line of a `.config`. */
function symbolOf(line: string): string {
  return /CONFIG_\w+/.exec(line)?.[0] ?? line;
}

/** By names, not by lines or counts: a kernel that prints a report twice as often has found the same. */
function findingsOf(record: RunRecord): string[] {
  const kernels = kernelsOf(record);
  const explored = kernels.explored.flatMap(({ name: kernel, tests }) =>
    tests.flatMap(({ name, races, failures, findings }) => {
      const where = `in ${name} (${kernel})`;
      return [
        ...races.map(({ report, sides }) => {
          const { variable } = sides[0];
          const on = variable === null ? '' : ` on ${variable.name}`;
          return `${report.title}${on} ${where}`;
        }),
        ...failures.map(({ text }) => `an invariant fails ${where}: ${text}`),
        ...findings.map(({ kind, facts }) => `${kind} ${where}: ${recordedText(facts)}`),
      ];
    }),
  );
  const booted = [
    ...pairsOf(record).flatMap(({ functions, base, fixed }) => {
      const name = functions.join(' / ');
      return [
        ...(base.hits > 0 ? [`reports of ${name} (base)`] : []),
        ...((fixed?.hits ?? 0) > 0 ? [`reports of ${name} with the fix`] : []),
      ];
    }),
    ...kernels.booted.flatMap(({ name: kernel, boots }) =>
      boots.flatMap(({ troubles }) => troubles.map(({ kind }) => `${kind} (${kernel})`)),
    ),
  ];
  const sampled = kernels.sampled.flatMap(({ name: kernel, tests }) =>
    tests.flatMap(({ name, races, findings, warnings }) => {
      const where = `in ${name} under KCSAN (${kernel})`;
      return [
        ...races.map(({ report, variable }) => {
          const on = variable === null ? '' : ` on ${variable.name}`;
          return `${report.title}${on} ${where}`;
        }),
        ...findings.map(({ kind, facts }) => `${kind} ${where}: ${recordedText(facts)}`),
        ...warnings.map((text) => `a warning ${where}: ${text}`),
      ];
    }),
  );
  return [
    ...explored,
    ...sampled,
    ...booted,
    ...record.engines.flatMap(({ engine, verdict }) =>
      verdict === null ? [] : [`verdict of the engine ${engine}: ${verdict.kind}`],
    ),
  ];
}

function countsOf(record: RunRecord): Facts {
  const { explored, sampled } = kernelsOf(record);
  return [
    ...explored.flatMap(({ name: kernel, tests }) =>
      tests.flatMap(({ name, interleavings, complete, races, outcomes }): [string, string][] => [
        [`interleavings of ${name} (${kernel})`, `${interleavings}${complete ? '' : ', not all'}`],
        [`racing pairs of lines in ${name} (${kernel})`, String(races.length)],
        [`outcomes that no serial order gives in ${name} (${kernel})`, String(outcomes?.others ?? 'unknown')],
      ]),
    ),
    ...sampled.flatMap(({ name: kernel, tests }) =>
      tests.flatMap(({ name, executions, hits, counters }): [string, string][] => [
        [
          `executions of ${name} with a report (${kernel})`,
          `${hits} of ${executions}, ${counters.setupWatchpoints ?? 0} accesses watched`,
        ],
      ]),
    ),
    ...pairsOf(record).flatMap(({ functions, base, fixed }) => {
      const name = functions.join(' / ');
      return [base, ...(fixed === null ? [] : [fixed])].flatMap((counts, index): [string, string][] => [
        [
          `hits of ${name} ${index === 0 ? '(base)' : 'with the fix'}`,
          `${counts.hits} in ${counts.overlaps} overlapped rounds of ${counts.boots} boots`,
        ],
      ]);
    }),
  ];
}

/** What each engine has of the base and the fixed kernel. */
function kernelsOf(record: RunRecord) {
  return {
    explored: sectionOf(record, 'model')?.kernels ?? [],
    sampled: sectionOf(record, 'kcsan')?.kernels ?? [],
    booted: sectionOf(record, 'kernel')?.kernels ?? [],
  };
}

function pairsOf(record: RunRecord) {
  return sectionOf(record, 'kernel')?.verdict?.pairs ?? [];
}
