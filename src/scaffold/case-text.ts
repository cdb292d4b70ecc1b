// The other files of a new case: case.yaml and README.md.
import { stringify } from 'yaml';
import type { Todo } from '../case/index.js';
import { formatKernelReport, formatRaceReport, type KernelReport, type RaceReport } from '../report/index.js';
import type { HarnessSides, HarnessTest } from './harness.js';

export interface CaseTextRequest {
  readonly name: string;
  readonly title: string;
  readonly suite: string;
  readonly tests: readonly HarnessTest[];
  readonly sources: readonly string[];
  readonly expose: Readonly<Record<string, readonly string[]>>;
  readonly within: string;
  readonly assumptions: readonly string[];
  readonly sides: HarnessSides;
}

export function caseYaml({
  title,
  suite,
  tests,
  sources,
  expose,
  within,
  assumptions,
}: CaseTextRequest): string {
  const value = {
    version: 1,
    title,
    sources,
    ...(Object.keys(expose).length === 0 ? {} : { expose }),
    within,
    harness: 'harness.c',
    kunitconfig: 'kunitconfig',
    suite,
    tests: tests.map((test) => ({
      name: test.name,
      title: test.title,
      races: test.races ? [test.sides.map(({ side }) => side.racing.name)] : [],
    })),
    ...(assumptions.length === 0 ? {} : { assumptions }),
  };
  const text = stringify(value, { lineWidth: 120, flowCollectionPadding: false });
  const hint =
    assumptions.length > 0
      ? ''
      : '# What the callers guarantee and the harness relies on, a sentence each:\n# assumptions:\n#   - The device has been probed and is not being removed.\n';
  return `${text}${hint}# A fix to try, and then \`millrace run ... --fix NAME\`:
# fixes:
#   - name: hold-lock
#     title: hold the lock
#     patch: hold-lock.patch
`;
}

export interface ReadmeRequest extends CaseTextRequest {
  readonly todos: readonly Todo[];
  readonly notes: readonly string[];
  readonly report: RaceReport | KernelReport | null;
  readonly tree: { readonly spec: string; readonly version: string };
}

const contextWords = {
  TASK: 'a task',
  TIMER: 'the timer, run by the kernel',
  SOFTIRQ: 'a softirq',
  HARDIRQ: 'an interrupt',
  WORK: 'a work item',
} as const;

export function readme({ name, title, sides, todos, notes, report, tree }: ReadmeRequest): string {
  const rows = sides.map(({ side, reach }) => {
    const by =
      side.registration === null
        ? ''
        : ` (\`${side.registration.by}\`, ${side.registration.file}:${side.registration.line})`;
    return `| \`${reach.entry.name}()\`, ${side.entry.file} | ${contextWords[side.context]}${by} | \`${side.racing.name}()\` |\n`;
  });
  const open =
    todos.length === 0
      ? 'Nothing is left open.\n'
      : `${todos.length} ${todos.length === 1 ? 'place is' : 'places are'} left open, marked \`TODO\`:\n\n${todos
          .map(({ file, line, text }) => `- ${file}:${line}: ${markdown(text)}\n`)
          .join('')}`;
  const from = report === null ? '' : `\n## The report\n\n${indented(reportText(report))}\n`;
  const found =
    notes.length === 0
      ? ''
      : `\n## How it was found\n\n${notes.map((note) => `- ${markdown(note)}\n`).join('')}`;
  return `# ${markdown(title)}

| side | runs in | races in |
| --- | --- | --- |
${rows.join('')}
Made from the sources of Linux ${tree.version}. The fakes hold what the code that the sides reach was seen to need.

## What is to do

${open}
1. \`millrace run ${name}\` runs the two sides in every order. Race found: go on. It stops at a function that nobody
   supplies: fake that in harness.c (MILLRACE_FAKE), or add its file to \`sources\`. No race: see in the set-up whether the sides reach
   the two accesses at all.
2. Say in \`final_state()\` what has to hold; a race that breaks it does harm, and \`millrace run\` shows the schedule.
3. Write under \`assumptions\` in case.yaml what the callers guarantee. Two sides that the callers never run at once do
   not race.
4. Add the fix as a patch (\`fixes\` in case.yaml): \`millrace run ${name} --fix NAME\` shows that it ends the race.
5. \`millrace run ${name} --engine kernel\` does the same on a real kernel under KCSAN.
${found}${from}`;
}

function reportText(report: RaceReport | KernelReport): string {
  return 'accesses' in report ? formatRaceReport(report) : formatKernelReport(report);
}

/** Text that is text in Markdown too. */
function markdown(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').replace(/([\\`*[\]<>|#~])/g, '\\$1');
}

/** A block that no line of it ends. */
function indented(text: string): string {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => `    ${line.replace(/[^\x20-\x7e]/g, '?')}`.trimEnd())
    .join('\n');
}
