// Addresses to source lines, by a debug-information reader: one run of it for many addresses.
import { run, runOrThrow } from '../../base/index.js';
import type { SymbolizerTools } from './tools.js';

/** One function at an address; where functions were inlined, the innermost comes first. */
export interface SourceLine {
  readonly function: string;
  /** As the debug information has it; null when unknown. */
  readonly file: string | null;
  readonly line: number | null;
}

/**
 * The functions and lines at each of `addresses`, in their order; an empty list where nothing is known.
 * Errors: `environment` when the program fails.
 */
export async function readSourceLines(
  tools: SymbolizerTools,
  object: string,
  addresses: readonly bigint[],
  signal?: AbortSignal,
): Promise<SourceLine[][]> {
  if (addresses.length === 0) return [];
  const input = `${addresses.map((address) => `0x${address.toString(16)}`).join('\n')}\n`;
  const args =
    tools.style === 'llvm'
      ? [`--obj=${object}`, '--output-style=JSON', '--functions=linkage', '--no-demangle', '--inlines']
      : ['--addresses', '--functions', '--inlines', `--exe=${object}`];
  const { stdout } = await runOrThrow(tools.symbolizer, args, { input, signal });
  const found = tools.style === 'llvm' ? parseLlvm(stdout) : parseGnu(stdout);
  return addresses.map((_, i) => found[i] ?? []);
}

/** nm's list of the symbols of `object`, by address; empty when it has none or is no object file. */
export async function readSymbols(
  tools: SymbolizerTools,
  object: string,
  signal?: AbortSignal,
): Promise<string> {
  const args = ['--print-size', '--defined-only', '--numeric-sort', object];
  const { stdout, exitCode } = await run(tools.nm, args, { signal, env: { LC_ALL: 'C' } });
  return exitCode === 0 ? stdout : '';
}

interface LlvmAnswer {
  readonly Symbol?: readonly {
    readonly FunctionName?: string;
    readonly FileName?: string;
    readonly Line?: number;
  }[];
}

function parseLlvm(output: string): SourceLine[][] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) =>
      ((JSON.parse(line) as LlvmAnswer).Symbol ?? [])
        .map((symbol) => sourceLine(symbol.FunctionName ?? '', symbol.FileName ?? '', symbol.Line ?? 0))
        .filter((symbol) => symbol.function !== ''),
    );
}

/** For each address its own line, then two lines a function: its name, and `file:line (discriminator N)`. */
function parseGnu(output: string): SourceLine[][] {
  const found: SourceLine[][] = [];
  const lines = output.split('\n');
  for (let i = 0; i < lines.length; ) {
    const line = lines[i] ?? '';
    if (/^0x[0-9a-f]{16}$|^0x[0-9a-f]{8}$/.test(line)) {
      found.push([]);
      i += 1;
      continue;
    }
    const place = /^(.*):(\d+|\?)(?: \(discriminator \d+\))?$/.exec(lines[i + 1] ?? '');
    if (place !== null && line !== '??')
      found.at(-1)?.push(sourceLine(line, place[1] ?? '', Number(place[2]) || 0));
    i += 2;
  }
  return found;
}

function sourceLine(name: string, file: string, line: number): SourceLine {
  // Without a line the file is a guess, from the symbol table's file symbols.
  const known = line > 0 && file !== '' && file !== '??';
  return { function: name, file: known ? file : null, line: known ? line : null };
}
