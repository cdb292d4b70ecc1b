// The engines by name. One more is a file beside these and a line here, with its section of the record, its judge and
// what evidence/ and render/ show of it.
import type { EngineName } from '../../judge/index.js';
import type { EngineSection } from '../../record/index.js';
import type { Recording } from '../recorded.js';
import { type DirectedEngineOptions, directedEngine } from './directed.js';
import { type Engine, type EngineRequest, runEngine } from './engine.js';
import { type KcsanEngineOptions, kcsanEngine } from './kcsan.js';
import { type KernelEngineOptions, kernelEngine } from './kernel.js';
import { type ModelEngineOptions, modelEngine } from './model.js';

export { reportAsPrinted } from './as-printed.js';
export type { DirectedEngineOptions } from './directed.js';
export type { Engine, EngineRequest } from './engine.js';
export { runEngine } from './engine.js';
export { fieldsOfLine } from './fields.js';
export type { KcsanEngineOptions } from './kcsan.js';
export type { KernelEngineOptions } from './kernel.js';
export type { ModelEngineOptions } from './model.js';

/** Which engines take part, each with its options; they run in this order. */
export interface EngineChoice {
  readonly model?: ModelEngineOptions;
  readonly kcsan?: KcsanEngineOptions;
  readonly directed?: DirectedEngineOptions;
  readonly kernel?: KernelEngineOptions;
}

/** An engine that is ready for one request. */
export interface ReadyEngine {
  readonly section: EngineSection;
  check(): Promise<void>;
  run(recording: Recording): Promise<void>;
}

const engines: {
  readonly [E in EngineName]: (request: EngineRequest, options: Required<EngineChoice>[E]) => ReadyEngine;
} = {
  model: (request, options) => ready(modelEngine(request, options), request),
  kcsan: (request, options) => ready(kcsanEngine(request, options), request),
  directed: (request, options) => ready(directedEngine(request, options), request),
  kernel: (request, options) => ready(kernelEngine(request, options), request),
};

export function chosenEngines(request: EngineRequest, choice: EngineChoice): ReadyEngine[] {
  const make = <E extends EngineName>(name: E): ReadyEngine[] => {
    const options = choice[name];
    return options === undefined ? [] : [engines[name](request, options as Required<EngineChoice>[E])];
  };
  return (Object.keys(engines) as EngineName[]).flatMap((name) => make(name));
}

function ready<K extends { readonly name: string }, S extends EngineSection>(
  engine: Engine<K, S>,
  request: EngineRequest,
): ReadyEngine {
  return {
    section: engine.unjudged([]),
    check: async () => await engine.check?.(),
    run: (recording) => runEngine(engine, request, recording),
  };
}
