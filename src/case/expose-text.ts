// How a harness reaches a static function with the driver's source left as it is. Both engines use this text.

/**
 * The C text that goes behind a source file's own text (in the overlay's copy, or in a wrapper that includes it). The
 * address taken in a constant with external linkage keeps an out-of-line copy of each function; the harness
 * declares the constant with the function's type and calls through it.
 */
export function exposeText(functions: readonly string[]): string {
  const lines = functions.map(
    (name) =>
      `extern __typeof__(&${name}) const millrace_exposed_${name};\n` +
      `__typeof__(&${name}) const millrace_exposed_${name} = &${name};\n`,
  );
  return `\n/* Millrace: static functions exposed to the test harness. */\n${lines.join('')}`;
}
