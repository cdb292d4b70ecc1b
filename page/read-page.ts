// What the document holds: the run's data, and the machines of its sides, each unpacked when it is first asked for.
import { caseRunner, caseSchedule, keptProgram } from '../src/page/case-runner.js';
import { type KeptMachine, machineName, unpackMachine } from '../src/page/kept-machine.js';
import { type PageData, pageParts } from '../src/page/page-data.js';
import { Session } from '../src/page/session.js';
import type { Trace } from '../src/page/trace.js';

export interface Page {
  readonly data: PageData;
  /** The session that a schedule belongs to. Errors: those of an interleaving that does not fit. */
  open(schedule: string): Promise<{ readonly session: Session; readonly trace: Trace }>;
}

/** Null where the document holds no machine: a run of the kernel engine alone, or an older record. */
export function readPage(document: Document): Page | null {
  const data = document.getElementById(pageParts.data)?.textContent;
  const machines = [...document.querySelectorAll<HTMLElement>(`.${pageParts.machine}`)];
  if (data == null || machines.length === 0) return null;
  const programs = new Map<
    string,
    Promise<readonly [KeptMachine, Awaited<ReturnType<typeof keptProgram>>]>
  >();
  const sessions = new Map<string, Promise<Session>>();
  const programOf = (side: string) => {
    const known = programs.get(side);
    if (known !== undefined) return known;
    const element = machines.find((one) => one.dataset.side === machineName(side));
    if (element === undefined) throw new Error(`The document holds no machine of ${side}.`);
    const made = unpacked(element.textContent ?? '').then(
      async (kept) => [kept, await keptProgram(kept)] as const,
    );
    programs.set(side, made);
    return made;
  };
  const sessionOf = (side: string, test: string) => {
    const key = `${side} ${test}`;
    const known = sessions.get(key);
    if (known !== undefined) return known;
    const made = programOf(side).then(([kept, program]) => new Session(caseRunner(kept, program, test)));
    sessions.set(key, made);
    return made;
  };
  return {
    data: JSON.parse(data),
    open: async (text) => {
      const parsed = caseSchedule(text);
      if (parsed === null) throw new Error('The schedule is of a sample under KCSAN.');
      const session = await sessionOf(parsed.side, parsed.test);
      return { session, trace: session.follow(parsed.schedule) };
    },
  };
}

async function unpacked(base64: string): Promise<KeptMachine> {
  const compressed = Uint8Array.from(atob(base64.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const kept = unpackMachine(new Uint8Array(await new Response(stream).arrayBuffer()));
  if (kept === null) throw new Error('The machine in the document is of another version of Millrace.');
  return kept;
}
