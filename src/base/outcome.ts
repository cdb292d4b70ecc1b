// How what was found stands to what was expected: what every command's exit code is made of.

/**
 * - `inconclusive`: nothing speaks against what was expected, and something was cut or is missing
 * - `not-run`: nothing came to its end that could have said anything
 */
export type Outcome = 'as-expected' | 'not-as-expected' | 'inconclusive' | 'not-run';
