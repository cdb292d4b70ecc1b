// What the case's code leaves undefined, who supplies it and who calls it.
import { basename } from 'node:path';
import type { ModelPlace } from '../basics.js';
import { kernelMachine } from '../machine/index.js';
import type { ModelOptions } from '../types.js';
import { harnessFile, type PreparedModel, type PrepareRequest, prepareModel } from './prepare.js';
import { machineLimits } from './run.js';
import { sourceNames } from './source-names.js';
import { importedFunctions } from './undefined.js';

export interface BoundaryEntry {
  readonly name: string;
  readonly kind: 'function' | 'variable';
  readonly supplier: 'machine' | 'harness' | 'nobody';
  /** By file and line, each once. Of a variable: the files, without function and line. */
  readonly callers: readonly ModelPlace[];
}

export interface BoundaryRequest extends PrepareRequest {
  readonly options: ModelOptions;
}

/** By supplier, those that nobody supplies first, then by name. */
export async function listBoundary(request: BoundaryRequest): Promise<readonly BoundaryEntry[]> {
  const prepared = await prepareModel(request);
  const { program } = prepared;
  const { supplied } = kernelMachine(program, machineLimits(request.options));
  const names = sourceNames(program, prepared.root, request.case.harness);
  const places = (sites: readonly number[]) => {
    const unique = new Map(sites.map((site) => names.place(site)).map((at) => [`${at.file}:${at.line}`, at]));
    return [...unique.values()];
  };
  const entries: BoundaryEntry[] = [];
  for (const [name, { sites }] of program.boundary) {
    if (isOwn(name)) continue;
    entries.push({
      name,
      kind: 'function',
      supplier: supplied.has(name) ? 'machine' : 'nobody',
      callers: places(sites),
    });
  }
  // What a source leaves undefined, and nothing but the harness calls a function of its own by.
  const harness = harnessFile(request.case);
  const undefinedInSources = new Set(
    prepared.objects
      .filter(({ unit }) => unit.kind === 'source')
      .flatMap(({ object }) => importedFunctions(object)),
  );
  const isWithin = request.case.within !== undefined;
  for (const name of isWithin ? program.ownCalls.keys() : undefinedInSources) {
    const calls = program.ownCalls.get(name) ?? [];
    const sites = isWithin ? calls.filter((site) => names.place(site).file !== harness) : calls;
    if (sites.length === 0 || program.definedIn(name) !== harness) continue;
    entries.push({ name, kind: 'function', supplier: 'harness', callers: places(sites) });
  }
  // Of a variable it is known which files refer to it, and not where.
  for (const { name, objects } of program.undefinedVariables) {
    const callers = objects.map((index) => ({ function: '', file: unitFile(prepared, index), line: 0 }));
    entries.push({ name, kind: 'variable', supplier: 'nobody', callers });
  }
  const order = ['nobody', 'harness', 'machine'];
  return entries.sort(
    (a, b) => order.indexOf(a.supplier) - order.indexOf(b.supplier) || (a.name < b.name ? -1 : 1),
  );
}

function unitFile({ objects }: PreparedModel, index: number): string {
  const unit = objects[index]?.unit;
  return unit?.kind === 'harness' ? basename(unit.path) : (unit?.path ?? '');
}

/** Calls that the compiler put in, and the one by which KUnit alone would run a test (include/millrace_model.h). */
function isOwn(name: string): boolean {
  return name.startsWith('__tsan_') || name === 'millrace_run_test';
}
