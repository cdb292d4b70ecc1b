// What an instrumented access costs under each detector: locks.c with 8,000 more of them in each thread, one execution after the other.
import { fileURLToPath } from 'node:url';
import { findModelCompiler } from '../../dist/model/compile/index.js';
import { defaultKcsanSettings } from '../../dist/model/detect/kcsan/index.js';
import { entryOf, makeStrategy } from '../../dist/model/explore/index.js';
import { plainMode } from '../../dist/model/machine/index.js';
import { compilePrograms, linkPlainC, prepareProgram } from '../../dist/model/plain-c/index.js';
import { linkPlainKcsan, plainKcsanProgram } from '../../dist/model/sampling/index.js';

const file = fileURLToPath(new URL('locks.c', import.meta.url));
const memory = 32 * 1024 * 1024;
const steps = 100_000;

async function compile(accesses, instrumentation) {
  const cflags = ['-DROUNDS=1', `-DACCESSES=${accesses}`];
  const [wasm] = await compilePrograms(await findModelCompiler(), [[file]], { cflags, instrumentation });
  return wasm;
}

async function happensBefore(accesses) {
  const program = await linkPlainC(await compile(accesses, 'every-access'));
  const { machine } = prepareProgram(program, { maxMemory: memory, maxSteps: steps, inputs: [0] });
  const strategy = makeStrategy({ strategy: 'random', seed: 1, preemptions: 0 });
  return { machine, strategy, entry: entryOf(machine) };
}

async function kcsan(accesses) {
  const settings = defaultKcsanSettings;
  const program = await linkPlainKcsan(await compile(accesses, 'kcsan'), settings);
  const made = plainKcsanProgram(program, { settings, seed: 1, cpus: 4, limits: { steps, memory } });
  return { machine: made.machine, strategy: made.scheduler, entry: made.entry };
}

/** Nanoseconds of processor time, and steps, of an execution: the best of some runs. */
function measure({ machine, strategy, entry }) {
  let best = Number.POSITIVE_INFINITY;
  let steps = 0;
  for (let run = 0; run < 8; run++) {
    const before = process.cpuUsage();
    const executions = 60;
    for (let i = 0; i < executions; i++) machine.execute(strategy, entry, plainMode);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, ((user + system) * 1000) / executions);
    steps = machine.steps;
  }
  return { nanoseconds: best, steps };
}

/** Nanoseconds for each access of the happens-before detector and of KCSAN. */
export async function detectorCosts() {
  const cost = async (make) => {
    const few = measure(await make(1));
    const many = measure(await make(8001));
    return (many.nanoseconds - few.nanoseconds) / (many.steps - few.steps);
  };
  return { happensBefore: await cost(happensBefore), kcsan: await cost(kcsan) };
}
