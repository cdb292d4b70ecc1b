// The entry of a thread that takes part in an exploration: makes a machine of its own, and runs the parts it is given.
import { type MessagePort, workerData } from 'node:worker_threads';
import { entryOf, makeStrategy, type Observer, type PartTask, runPart } from '../explore/index.js';
import { linkProgram, type Program } from '../link/index.js';
import type { Machine } from '../machine/index.js';
import { prepareProgram } from '../plain-c/index.js';
import { testMachine } from '../run/test-machine.js';
import { states, type ThreadProgram, type ThreadRequest } from './protocol.js';

interface Runner {
  readonly machine: Machine;
  readonly entry: (argument: number) => number;
  readonly observer: Observer;
}

async function makeRunner(program: Program, request: ThreadProgram): Promise<Runner> {
  if (request.kind === 'kernel-test') {
    const { kernel, entry, outcomes } = await testMachine(program, request.limits, request.test, {
      maxTime: Number.POSITIVE_INFINITY,
    });
    return { machine: kernel.machine, entry, observer: outcomes };
  }
  const { machine, observer } = prepareProgram(program, {
    inputs: request.inputs,
    maxSteps: request.limits.steps,
    maxMemory: request.limits.memory,
    maxThreads: request.limits.threads,
    memoryModel: request.limits.memoryModel,
  });
  return { machine, entry: entryOf(machine, request.entry), observer };
}

const {
  program: request,
  options,
  state: shared,
  port,
} = workerData as ThreadRequest & { port: MessagePort };
const state = new Int32Array(shared);
const program = await linkProgram(request.linked, (name) => name !== '__tsan_init', {
  covered: true,
  switchable: request.wasm,
});
const { machine, entry, observer } = await makeRunner(program, request);
const isStopped = () => Atomics.load(state, 0) === states.stop;

/** Executions between two looks at whether to stop. */
const lookEvery = 16;

port.on('message', (task: PartTask) => {
  let look = 0;
  const mustStop = () => (++look % lookEvery === 0 || machine.tookLong) && isStopped();
  let outcome = null;
  try {
    outcome = runPart(machine, makeStrategy(options), entry, task, {
      observer,
      mustStop,
      givesUp: isStopped,
    });
  } catch {
    // The exploration runs the part itself, and tells of what it meets there.
  }
  port.postMessage(outcome);
  Atomics.store(state, 0, states.done);
  Atomics.notify(state, 0);
});
Atomics.store(state, 0, states.idle);
