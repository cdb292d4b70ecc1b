// Completion of what yargs cannot know: the ids of the runs made here.
import { basename } from 'node:path';
import { runFolders } from '../base/index.js';

/** For fish, which yargs has no script for: the same questions, and file names beside the answers. */
export const fishScript = `# fish completion for millrace
# Installation: millrace completion fish > ~/.config/fish/completions/millrace.fish
function __millrace_completions
    set -l words (commandline -opc) (commandline -ct)
    command millrace --get-yargs-completions $words 2>/dev/null
end
complete -c millrace -a '(__millrace_completions)'
`;

/** Whether the script for fish is asked for: by name, or by the shell that asks. */
export function wantsFish(args: readonly string[], shell: string | undefined): boolean {
  if (args[0] !== 'completion' || args.length > 2) return false;
  return args[1] === 'fish' || (args.length === 1 && /(^|\/)fish$/.test(shell ?? ''));
}

/** The commands whose positional argument is a run. */
const takingRuns = new Set(['show', 'report']);

type Defaults = (onCompleted?: (error: Error | null, completions: string[] | undefined) => void) => void;

/** yargs' own completions, and behind `show` and `report` the runs. Synchronous: else yargs goes on to run the command. */
export function completeRuns(
  current: string,
  argv: { readonly _: readonly (string | number)[] },
  defaults: Defaults,
  done: (completions: string[]) => void,
): void {
  defaults((error, completions = []) => {
    // Behind an option with choices yargs offers these alone, which are no options.
    const isValue = completions.length > 0 && completions.every((one) => !one.startsWith('-'));
    if (error !== null || isValue || current.startsWith('-') || !wantsRun(argv._)) return done(completions);
    done([...completions, ...['latest', ...runIds()].filter((id) => id.startsWith(current))]);
  });
}

/** The command is there, and nothing but what is being typed behind it. */
function wantsRun(words: readonly (string | number)[]): boolean {
  const at = words.findIndex((word) => takingRuns.has(String(word)));
  return at >= 0 && words.length <= at + 2;
}

/** The newest first; none where they cannot be read. */
function runIds(): string[] {
  try {
    return runFolders(process.cwd()).map((folder) => basename(folder));
  } catch {
    return [];
  }
}
