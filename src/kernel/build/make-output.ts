// What kbuild prints, read for two things: how far it is, and the first error in its place. A step is printed by
// scripts/Kbuild.include (`quiet_cmd`, v6.12): two spaces, a word in capitals, what is made.

const stepLine = /^ {2}[A-Z][A-Z0-9_]+(?: \[M\])? +\S/;
const objectLine = /^ {2}(?:CC|AS) /;

// The compiler, the linkers, make, modpost; make last, since its line follows on what failed.
const errorLines = [
  /^(?<file>[^\s:]+):(?<line>\d+):(?:(?<column>\d+):)? (?:fatal )?error: (?<message>.*)$/,
  /^(?<file>[^\s:]+):(?<line>\d+): (?<message>undefined reference to .*)$/,
  /^(?:\S+:\s+)*(?<message>(?:multiple definition of|undefined reference to) .*)$/,
  /^\S+: (?:fatal )?error: (?<message>.*)$/,
  /^(?:fatal )?error: (?<message>.*)$/,
  /^ERROR: (?<message>modpost: .*)$/,
  /^(?<file>[^\s:]+):(?<line>\d+): \*\*\* (?<message>.*)$/,
  /^g?make(?:\[\d+\])?: \*\*\* (?<message>.*)$/,
];
const lldPlace = /^>>> (?:referenced by|defined at) .*?\(?(?<file>[^\s()]*\/[^\s()]+):(?<line>\d+)\)?/;

/** The step that a line announces, its spaces made one: `CC kernel/fork.o`; null for any other line. */
export function buildStep(line: string): { readonly text: string; readonly isObject: boolean } | null {
  if (!stepLine.test(line)) return null;
  return { text: line.trim().replace(/\s+/g, ' '), isObject: objectLine.test(line) };
}

export interface BuildError {
  /** As the compiler wrote it: path, and line where it names one. */
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
  /** The error's line with what stands around it, steps left out. */
  readonly excerpt: string;
}

/** Collects lines until the first error has its context; bounded. */
export function createErrorFinder(): {
  push(line: string): void;
  first(): BuildError | null;
} {
  const before: string[] = [];
  const lines: string[] = [];
  let match: RegExpExecArray | null = null;
  const most = { before: 2, lines: 12 };
  return {
    push(line) {
      if (match !== null) {
        if (lines.length < most.lines && !stepLine.test(line)) lines.push(line);
        return;
      }
      match = matchError(line);
      if (match !== null) lines.push(line);
      else if (stepLine.test(line)) before.length = 0;
      else {
        before.push(line);
        if (before.length > most.before) before.shift();
      }
    },
    first() {
      if (match === null) return null;
      const { message = '', ...own } = match.groups ?? {};
      // LLVM's linker names the place in the lines that follow.
      const place: Record<string, string | undefined> =
        own.file === undefined ? (firstPlace(lines) ?? {}) : own;
      // The compiler says all itself; what make and GNU's linker complain of stands before.
      const context = own.column === undefined ? before : [];
      return {
        file: place.file ?? null,
        line: Number(place.line ?? 0) || null,
        column: Number(place.column ?? 0) || null,
        message,
        excerpt: [...context, ...lines].join('\n'),
      };
    },
  };
}

function matchError(line: string): RegExpExecArray | null {
  for (const pattern of errorLines) {
    const match = pattern.exec(line);
    if (match !== null) return match;
  }
  return null;
}

function firstPlace(lines: readonly string[]): Record<string, string> | undefined {
  for (const line of lines) {
    const groups = lldPlace.exec(line)?.groups;
    if (groups !== undefined) return groups;
  }
  return undefined;
}
