// The exploration's side of its other threads. It never waits for the event loop: an outcome is received when the
// shared word says that it is there.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Helper, PartOutcome, PartTask } from '../explore/index.js';
import { states, type ThreadProgram, type ThreadRequest } from './protocol.js';

export type { ThreadProgram } from './protocol.js';

/**
 * What `explore()` takes to run on `threads` threads; undefined for one. `program`: asked once there is work for others.
 */
export function recruiter(
  threads: number,
  options: ThreadRequest['options'],
  program: () => ThreadProgram,
): (() => readonly Helper[]) | undefined {
  if (threads < 2) return undefined;
  return () => Array.from({ length: threads - 1 }, () => new ThreadHelper(program(), options));
}

/** Milliseconds after which a thread that shall stop is taken for dead: it looks at the clock far more often. */
const patience = 2000;

class ThreadHelper implements Helper {
  private readonly state: Int32Array<SharedArrayBuffer>;
  private readonly port: MessagePort;
  private readonly worker: Worker;

  constructor(program: ThreadProgram, { strategy, seed, preemptions }: ThreadRequest['options']) {
    const shared = new SharedArrayBuffer(4);
    this.state = new Int32Array(shared);
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    const request: ThreadRequest = { program, options: { strategy, seed, preemptions }, state: shared };
    this.worker = new Worker(threadFile(), {
      workerData: { ...request, port: port2 },
      transferList: [port2],
    });
    // A thread that dies never becomes ready, or fails its task: the exploration does without.
    this.worker.on('error', () => this.set(states.done));
    this.worker.unref();
    this.port.unref();
  }

  get isReady(): boolean {
    return Atomics.load(this.state, 0) === states.idle;
  }

  get isDone(): boolean {
    return Atomics.load(this.state, 0) === states.done;
  }

  start(task: PartTask): void {
    this.set(states.busy);
    this.port.postMessage(task);
  }

  finish(): PartOutcome | null {
    Atomics.compareExchange(this.state, 0, states.busy, states.stop);
    Atomics.notify(this.state, 0);
    const until = performance.now() + patience;
    while (!this.isDone) {
      Atomics.wait(this.state, 0, states.stop, patience);
      if (performance.now() > until) return null;
    }
    this.set(states.idle);
    const received = receiveMessageOnPort(this.port) as { message: PartOutcome | null } | undefined;
    return received?.message ?? null;
  }

  close(): void {
    this.port.close();
    void this.worker.terminate();
  }

  private set(state: number): void {
    Atomics.store(this.state, 0, state);
    Atomics.notify(this.state, 0);
  }
}

/** The built thread: also when this file itself runs from `src/`, as in a test. */
function threadFile(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const beside = join(here, 'thread.js');
  return existsSync(beside) ? beside : join(here.replace(/([\\/])src([\\/])/, '$1dist$2'), 'thread.js');
}
