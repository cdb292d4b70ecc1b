// Signals while nothing can listen: what runs for long without the event loop keeps Node from calling any handler.

/** What ends a command from outside. */
export const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Until the function answered is called, these signals do what they do by default: they end the process. To be used
 * around work that does not return to the event loop, where a handler would never be called.
 */
export function letSignalsEndUs(): () => void {
  // A browser has no signals.
  if (globalThis.process === undefined) return () => {};
  const taken = endingSignals.map((name) => ({ name, listeners: process.listeners(name) }));
  for (const { name } of taken) process.removeAllListeners(name);
  return () => {
    for (const { name, listeners } of taken) for (const listener of listeners) process.on(name, listener);
  };
}
