// Ctrl-C and its like as an AbortSignal: work ends its children and clears up, then the command ends with 130.
import { endingSignals } from '../base/index.js';

/** Runs `work` with a signal that fires on SIGINT, SIGTERM and SIGHUP. A second Ctrl-C ends the process at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  for (const name of endingSignals) process.on(name, abort);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of endingSignals) process.off(name, abort);
  }
}
