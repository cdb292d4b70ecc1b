// What kbuild prints, read for two things: how far it is, and the first error in its place.

const stepLine = /^ {2}(?:CC|AS|HOSTCC|LDS|AR|LD|EXPORTS|GEN|OBJTOOL|VDSO|NM|KSYMS|CALL|UPD|SORTTAB)\b/;
const objectLine = /^ {2}(?:CC|AS)\b/;
const errorLine =
  /(?:^|: )(?:fatal )?error: |^make(?:\[\d+\])?: \*\*\* |^\S*ld(?:\.lld|\.bfd)?(?:-\d+)?: .*(?:error|undefined)|undefined reference to/;

/** The step that a line announces, without its indent: `CC      kernel/fork.o`; null for any other line. */
export function buildStep(line: string): { readonly text: string; readonly isObject: boolean } | null {
  if (!stepLine.test(line)) return null;
  return { text: line.trim().replace(/\s+/, ' '), isObject: objectLine.test(line) };
}

export interface BuildError {
  /** As the compiler wrote it: path, and line where it names one. */
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
  /** The error's line and what follows it. */
  readonly excerpt: string;
}

/** Collects lines until the first error has its context; bounded. */
export function createErrorFinder(): {
  push(line: string): void;
  first(): BuildError | null;
} {
  const lines: string[] = [];
  const context = 12;
  return {
    push(line) {
      if (lines.length > 0) {
        if (lines.length < context && !/^ {2}(?:CC|AS|AR|LD) /.test(line)) lines.push(line);
      } else if (errorLine.test(line)) lines.push(line);
    },
    first() {
      const [head] = lines;
      if (head === undefined) return null;
      const place = /^(\S+?):(\d+):(?:(\d+):)? (?:fatal )?error: (.*)$/.exec(head);
      // The linker names the place in the lines that follow.
      const referenced = lines
        .map((line) => /referenced by (\S+?):(\d+)/.exec(line))
        .find((match) => match !== null);
      return {
        file: place?.[1] ?? referenced?.[1] ?? null,
        line: Number(place?.[2] ?? referenced?.[2] ?? 0) || null,
        column: Number(place?.[3] ?? 0) || null,
        message: place?.[4] ?? head.replace(/^.*?error: /, ''),
        excerpt: lines.join('\n'),
      };
    },
  };
}
