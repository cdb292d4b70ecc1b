// The thread that has the device: waits for calls and answers them, until it is ended.
import { workerData } from 'node:worker_threads';
import { DeviceFault, wasmBehaviour } from './behaviour.js';
import { FileMemory } from './guest-memory.js';
import { DeviceMachine } from './machine.js';
import { CallMemory, state, type ThreadData, type ThreadRequest } from './thread-protocol.js';

const { shared, device, wasm } = workerData as ThreadData;
const calls = new CallMemory(shared);
const memory = new FileMemory();

/** Errors: {@link DeviceFault} for a module that cannot be used. */
function makeMachine(): DeviceMachine {
  if (wasm === null) return new DeviceMachine(device, null);
  const module = new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>);
  return new DeviceMachine(device, (registers, effects) => wasmBehaviour(module, registers, effects, memory));
}

function answer(machine: DeviceMachine, request: ThreadRequest): unknown {
  if (request.kind === 'memory-file') {
    memory.open(request.path);
    return null;
  }
  if (request.kind === 'memory') memory.place(request.regions);
  return machine.ask(request);
}

let machine: DeviceMachine | null = null;
for (;;) {
  Atomics.wait(calls.words, 0, state.idle);
  Atomics.wait(calls.words, 0, state.answered);
  if (Atomics.load(calls.words, 0) !== state.asked) continue;
  try {
    machine ??= makeMachine();
    calls.put(answer(machine, calls.take() as ThreadRequest), state.answered);
  } catch (error) {
    const text =
      error instanceof DeviceFault ? error.message : String(error instanceof Error ? error.stack : error);
    calls.put(text, state.failed);
    break;
  }
}
