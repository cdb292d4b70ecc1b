// The kunitconfig of a case: a Kconfig fragment that may come from a stranger.
import { displayPath, InputErrors, inputError } from '../base/index.js';
import { type KconfigLine, parseKunitconfig } from '../kconfig/index.js';

// Strings of the .config end up in makefiles and in shell commands (usr/Makefile hands CONFIG_INITRAMFS_SOURCE to a
// shell, v6.12): only characters that mean nothing there.
const harmlessString = /^"[A-Za-z0-9_ .,:=+@%/-]*"$/;

/** Parses the fragment of a case. Errors: `InputErrors` with file and line. */
export function checkFragment(text: string, file: string): readonly KconfigLine[] {
  const lines = parseKunitconfig(text, file);
  const problems = lines
    .filter(({ value }) => value.startsWith('"') && !harmlessString.test(value))
    .map(({ symbol, line }) =>
      inputError(`the string of ${symbol} has a character that make or a shell would act on`, {
        at: { file: displayPath(file), line },
        hint: 'Use letters, digits, spaces and _ . , : = + @ % / - only.',
      }),
    );
  if (problems.length > 0) throw new InputErrors(`${displayPath(file)} is not safe to build with`, problems);
  return lines;
}
