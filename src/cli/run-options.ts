// The options of `millrace run`, and which of them belong to one engine alone.
import { inputError } from '../base/index.js';
import { defaultModelOptions, type ModelOptions, type ModelStrategy } from '../model/index.js';

export interface RunArguments {
  case: string;
  tree: string | undefined;
  trees: string | undefined;
  engine: 'model' | 'kernel' | 'both';
  fix: string | string[] | undefined;
  boots: number | undefined;
  seconds: number | undefined;
  timeout: number | undefined;
  cpus: number | undefined;
  memory: number | undefined;
  filter: string | undefined;
  test: string | undefined;
  'make-option': string[] | undefined;
  jobs: number | undefined;
  instrument: 'case' | 'all' | undefined;
  lockdep: boolean | undefined;
  qemu: string | undefined;
  strategy: ModelStrategy | undefined;
  seed: number | undefined;
  preemptions: number | undefined;
  'max-schedules': number | undefined;
  'max-time': number | undefined;
  workers: number | undefined;
  'max-memory': number | undefined;
  'max-steps': number | undefined;
  compiler: 'native' | 'packaged' | undefined;
  detector: 'kcsan' | 'happens-before' | 'both' | undefined;
  boundary: boolean | undefined;
  directed: string | undefined;
  ci: 'nipa' | undefined;
  json: boolean;
  quiet: boolean;
}

const kernelOnly = [
  ...(['boots', 'seconds', 'timeout', 'cpus', 'memory'] as const),
  ...(['make-option', 'jobs', 'instrument', 'lockdep', 'qemu', 'directed'] as const),
];
const modelOnly = [
  ...(['strategy', 'seed', 'preemptions', 'max-schedules', 'max-time', 'workers'] as const),
  ...(['max-memory', 'max-steps', 'compiler', 'detector', 'boundary'] as const),
];

type EngineArguments = Pick<RunArguments, (typeof kernelOnly)[number] | (typeof modelOnly)[number]>;

/** Errors: `input` for an option that the chosen engine does not have. */
export function refuseOtherEngine(
  engine: RunArguments['engine'],
  args: { readonly [name in keyof EngineArguments]?: unknown },
): void {
  if (engine === 'both') return;
  const other = engine === 'model' ? 'kernel' : 'model';
  const given = (engine === 'model' ? kernelOnly : modelOnly).find((name) => args[name] !== undefined);
  if (given !== undefined)
    throw inputError(`--${given} is an option of the ${other} engine, and this is the ${engine} engine`, {
      hint: `Add --engine ${other}, or leave --${given} out.`,
    });
}

/** Errors: `input` for an option that says how to explore where nothing is explored. */
export function refuseExploring(
  args: Partial<Record<'detector' | 'strategy' | 'preemptions' | 'workers', unknown>>,
): void {
  if (args.detector !== 'kcsan') return;
  const given = (['strategy', 'preemptions', 'workers'] as const).find((name) => args[name] !== undefined);
  if (given !== undefined)
    throw inputError(`--${given} says how to explore, and --detector kcsan takes a sample`, {
      hint: `Leave --${given} out, or explore too with --detector both.`,
    });
}

/** MiB beyond which a WebAssembly memory of 32 bits cannot be addressed with signed numbers. */
const mostMemory = 1024;

/** Errors: `input` for a number that is none. */
export function modelOptions(args: Partial<EngineArguments>): ModelOptions {
  const { preemptions, seed } = args;
  for (const name of ['max-schedules', 'max-time', 'max-memory', 'max-steps'] as const) {
    const value = args[name];
    if (value !== undefined && !(value > 0)) throw inputError(`--${name} wants a number above 0`);
  }
  for (const [name, value] of Object.entries({ preemptions, seed }))
    if (value !== undefined && !(Number.isInteger(value) && value >= 0))
      throw inputError(`--${name} wants a whole number, 0 or more`);
  if ((args['max-memory'] ?? 0) > mostMemory) throw inputError(`--max-memory is ${mostMemory} MiB at most`);
  return {
    strategy: args.strategy ?? defaultModelOptions.strategy,
    seed: seed ?? defaultModelOptions.seed,
    preemptions: preemptions ?? defaultModelOptions.preemptions,
    maxSchedules: Math.ceil(args['max-schedules'] ?? defaultModelOptions.maxSchedules),
    maxTime: args['max-time'] ?? defaultModelOptions.maxTime,
    maxMemory: args['max-memory'] ?? defaultModelOptions.maxMemory,
    maxSteps: Math.ceil(args['max-steps'] ?? defaultModelOptions.maxSteps),
  };
}
