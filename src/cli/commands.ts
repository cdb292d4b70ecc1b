// The commands, in the order in which help lists them. To add one: a file beside this one that exports its options and
// handler, and an entry here. Only the command that is run is loaded.
import type { Argv, CommandModule } from 'yargs';

export interface Command {
  /** As yargs takes it: the name, then `<needed>` and `[optional]` arguments. */
  readonly usage: string;
  readonly describe: string;
  // yargs cannot express a list of commands of different arguments.
  // biome-ignore lint/suspicious/noExplicitAny: each command types its own arguments
  readonly load: () => Promise<CommandModule<object, any>>;
}

export const commands: readonly Command[] = [
  {
    usage: 'run <case>',
    describe: 'Reproduce a race, and show whether a fix ends it',
    load: async () => (await import('./run.js')).runCommand,
  },
  {
    usage: 'replay <case> <schedule>',
    describe: 'Run one interleaving of a case again, step by step',
    load: async () => (await import('./replay.js')).replayCommand,
  },
  {
    usage: 'runs',
    describe: 'List the runs made in this directory, the newest first',
    load: async () => (await import('./runs.js')).runsCommand,
  },
  {
    usage: 'show <run>',
    describe: 'Show the result of a run, from its record alone',
    load: async () => (await import('./show.js')).showCommand,
  },
  {
    usage: 'rerun <run>',
    describe: 'Do a run again from its record, and say what differs',
    load: async () => (await import('./rerun.js')).rerunCommand,
  },
  {
    usage: 'report <run>',
    describe: 'Write up a run for a reader: a mail, a web page, CI, from its record alone',
    load: async () => (await import('./report.js')).reportCommand,
  },
  {
    usage: 'bisect <case>',
    describe: 'Find the commit that brought what a case shows, or ended it',
    load: async () => (await import('./bisect.js')).bisectCommand,
  },
  {
    usage: 'campaign <file>',
    describe: 'Run a matrix: cases, trees, engines, configurations, fixes, boots',
    load: async () => (await import('./campaign.js')).campaignCommand,
  },
  {
    usage: 'worker',
    describe: 'Do jobs of campaigns on this machine, from a queue',
    load: async () => (await import('./worker.js')).workerCommand,
  },
  {
    usage: 'ui [run]',
    describe: 'Show the runs of this directory in a browser, and start more',
    load: async () => (await import('./ui.js')).uiCommand,
  },
  {
    usage: 'tune <case>',
    describe: 'Which settings of KCSAN find the race soonest',
    load: async () => (await import('./tune.js')).tuneCommand,
  },
  {
    usage: 'check <files..>',
    describe: 'Explore every interleaving of a C program with threads',
    load: async () => (await import('./check.js')).checkCommand,
  },
  {
    usage: 'litmus <files..>',
    describe: 'What the kernel’s memory model allows a litmus test to do',
    load: async () => (await import('./litmus.js')).litmusCommand,
  },
  {
    usage: 'parse [file]',
    describe: 'Read kernel reports of every kind and KTAP results from any log or mail',
    load: async () => (await import('./parse.js')).parseCommand,
  },
  {
    usage: 'new [name]',
    describe: 'Make a case from a report of KCSAN, KASAN or lockdep, or from two functions',
    load: async () => (await import('./new.js')).newCommand,
  },
  {
    usage: 'export <case>',
    describe: 'Write a case as one patch with stock commands, for readers without Millrace',
    load: async () => (await import('./export.js')).exportCommand,
  },
  {
    usage: 'mcp',
    describe: 'Serve the commands as tools to an agent (Model Context Protocol)',
    load: async () => (await import('./mcp.js')).mcpCommand,
  },
  {
    usage: 'tree',
    describe: 'Fetch, list and find kernel source trees',
    load: async () => (await import('./tree.js')).treeCommand,
  },
  {
    usage: 'doctor',
    describe: 'Say what each engine needs, what is missing, and how to get it',
    load: async () => (await import('./doctor.js')).doctorCommand,
  },
];

/** All commands, those named in `args` with what they do: a command runs only if its name is there. */
export async function addCommands(parser: Argv, args: readonly string[]): Promise<Argv> {
  for (const { usage, describe, load } of commands) {
    const [name = ''] = usage.split(' ');
    const module = args.includes(name) ? await load() : { handler: () => {} };
    parser.command({ ...module, command: usage, describe });
  }
  return parser;
}
