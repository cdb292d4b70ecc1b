// From a fragment to a .config, and the proof that every line of the fragment took. A fragment is a wish: kconfig
// drops in silence what its dependencies do not allow.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { displayPath, InputErrors, inputError, runOrThrow } from '../../base/index.js';
import { formatKunitconfig, type KconfigLine } from '../../kconfig/index.js';
import { explainUnmet } from './unmet.js';

export interface Configuration {
  /** Every symbol of the final .config that is not `n`, with its value as written there. */
  readonly values: ReadonlyMap<string, string>;
}

export interface ConfigureOptions {
  /** The overlay: what kconfig reads. */
  readonly source: string;
  /** `O=`: where .config goes. */
  readonly objects: string;
  /** The whole fragment, engine's part and case's. */
  readonly fragment: readonly Pick<KconfigLine, 'symbol' | 'value'>[];
  /** The case's own lines, for line numbers, and the file they came from. */
  readonly kunitconfig: { readonly file: string; readonly lines: readonly KconfigLine[] };
  /** `CC=…` and the like, for make. */
  readonly makeVariables: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Configures from allnoconfig plus the fragment and compares each of its lines with the result.
 * Errors: `InputErrors` with every line that did not take, each with the dependency that is not met.
 */
export async function configure(options: ConfigureOptions): Promise<Configuration> {
  const fragment = join(options.objects, '..', 'fragment.config');
  await writeFile(fragment, formatKunitconfig(options.fragment));
  await runOrThrow(
    'make',
    [
      '-C',
      options.source,
      `O=${options.objects}`,
      'ARCH=x86_64',
      ...options.makeVariables,
      `KCONFIG_ALLCONFIG=${fragment}`,
      'allnoconfig',
    ],
    { env: options.env, signal: options.signal },
  );
  const values = parseDotConfig(await readFile(join(options.objects, '.config'), 'utf8'));
  const missed = options.fragment.filter(({ symbol, value }) => !took(values.get(symbol), value));
  if (missed.length > 0) throw missedLines(missed, values, options);
  return { values };
}

/** What a .config sets: symbols with their values as written; those that are not set are absent. */
export function parseDotConfig(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [, symbol, value] of text.matchAll(/^(CONFIG_\w+)=(.*)$/gm))
    if (symbol !== undefined && value !== undefined) values.set(symbol, value);
  return values;
}

function took(got: string | undefined, wanted: string): boolean {
  if (wanted === 'n') return got === undefined;
  if (got === undefined) return false;
  return got === wanted || (/^(0x|\d)/i.test(wanted) && Number(got) === Number(wanted));
}

function missedLines(
  missed: readonly Pick<KconfigLine, 'symbol' | 'value'>[],
  values: ReadonlyMap<string, string>,
  options: ConfigureOptions,
): InputErrors {
  const { file, lines } = options.kunitconfig;
  const reasons = explainUnmet(options.source, missed, values);
  const problems = missed.map(({ symbol, value }) => {
    const line = lines.find((candidate) => candidate.symbol === symbol)?.line;
    const got = values.get(symbol);
    const reason = reasons.get(symbol);
    return inputError(
      `${symbol}=${value} did not take${got === undefined ? '' : `: it is ${got}`}${reason === undefined ? '' : `; ${reason.text}`}`,
      {
        at: line === undefined ? { file: 'the engine’s own fragment' } : { file: displayPath(file), line },
        hint: reason?.hint ?? 'Remove the line, or set what it depends on.',
      },
    );
  });
  return new InputErrors(
    `${missed.length} line${missed.length === 1 ? '' : 's'} of the configuration did not take, so nothing was built`,
    problems,
  );
}
