// Runs pairs of rules.c under KCSAN and says what it would have reported.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findModelCompiler } from '../../../src/model/compile/index.js';
import {
  type FrameNames,
  type KcsanReport,
  type KcsanSettings,
  raceReport,
  strictKcsanSettings,
} from '../../../src/model/detect/kcsan/index.js';
import { entryOf } from '../../../src/model/explore/index.js';
import type { Program } from '../../../src/model/link/index.js';
import { compilePrograms } from '../../../src/model/plain-c/index.js';
import {
  type KcsanProgram,
  linkPlainKcsan,
  plainKcsanProgram,
  type Sample,
  sample,
} from '../../../src/model/sampling/index.js';
import type { RaceReport } from '../../../src/report/index.js';

const file = fileURLToPath(new URL('rules.c', import.meta.url));
const pairs = [...readFileSync(file, 'utf8').matchAll(/^(?:PAIR\(|int pair_)(\w+)/gm)].flatMap(([, name]) =>
  name === 'name' ? [] : [name as string],
);

/** As the strict configuration has it, but that one in five accesses is watched. */
export const eager: KcsanSettings = {
  ...strictKcsanSettings,
  skipWatch: 9,
  reportOnceInMs: 0,
  weakMemory: false,
};

export async function compileRules(weakMemory: boolean): Promise<Program> {
  const [wasm] = await compilePrograms(await findModelCompiler(), [[file]], {
    cflags: [],
    instrumentation: 'kcsan',
    exports: pairs.map((name) => `pair_${name}`),
  });
  return linkPlainKcsan(wasm as Uint8Array, { ...eager, weakMemory });
}

export function namesOf({ symbols }: Program): FrameNames {
  return {
    functionOf: (site) => symbols.place(site).function,
    frames: (site) => {
      const { function: name, line } = symbols.place(site);
      return [
        { function: name, offset: site, size: site, module: null, file: 'rules.c', line, inlined: false },
      ];
    },
  };
}

/** Machines by program and settings: to make one takes longer than to use it. */
const machines = new WeakMap<Program, Map<string, KcsanProgram>>();

function machineFor(program: Program, settings: KcsanSettings): KcsanProgram {
  const made = machines.get(program) ?? new Map<string, KcsanProgram>();
  machines.set(program, made);
  const key = JSON.stringify(settings);
  const known =
    made.get(key) ??
    plainKcsanProgram(program, {
      settings,
      seed: 7,
      cpus: 4,
      limits: { steps: 100_000, memory: 1024 * 1024 },
      entry: [`pair_${pairs[0]}`],
    });
  made.set(key, known);
  return known;
}

export async function sampleRule(
  program: Program,
  pair: string,
  settings: Partial<KcsanSettings>,
  executions = 12,
): Promise<Sample> {
  const made = machineFor(program, { ...eager, ...settings });
  const entry = entryOf(made.machine, [`pair_${pair}`]);
  return sample({ ...made, entry }, { executions, maxTime: Number.POSITIVE_INFINITY });
}

/** One of its own, so that a sample begins as every sample of the seed does. */
export function freshProgram(program: Program, pair: string, settings: Partial<KcsanSettings>): KcsanProgram {
  return plainKcsanProgram(program, {
    settings: { ...eager, ...settings },
    seed: 7,
    cpus: 4,
    limits: { steps: 100_000, memory: 1024 * 1024 },
    entry: [`pair_${pair}`],
  });
}

async function rawReportsOf(...args: Parameters<typeof sampleRule>): Promise<KcsanReport[]> {
  const { races, incidents } = await sampleRule(...args);
  if (incidents.length > 0) throw new Error(JSON.stringify(incidents[0]?.facts));
  return races.map(({ report }) => report);
}

export async function reportsOf(...args: Parameters<typeof sampleRule>): Promise<RaceReport[]> {
  const names = namesOf(args[0]);
  return (await rawReportsOf(...args)).map((report) => raceReport(report, names));
}

/** Each report as `title: type / type`, sorted and each once; `unknown origin` in the place of the other type. */
export function said(reports: readonly KcsanReport[], program: Program): string[] {
  const names = namesOf(program);
  const lines = reports.map((report) => {
    const { title, accesses, unknownOrigin } = raceReport(report, names);
    const types = accesses.map(({ type }) => type).sort();
    return `${title.replace(/\+.*/, '')}: ${unknownOrigin ? `${types[0]}, unknown origin` : types.join(' / ')}`;
  });
  return [...new Set(lines)].sort();
}

/** What is {@link said} of a pair. */
export async function spoken(...args: Parameters<typeof sampleRule>): Promise<string[]> {
  return said(await rawReportsOf(...args), args[0]);
}
