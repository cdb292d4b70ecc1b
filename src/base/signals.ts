// The signals that ask a command to stop.
/** What ends a command from outside. */
export const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
