// What each command's help is made of, as data: the source of the man pages. A command's own builder is asked, with
// something in the place of yargs that writes down what it is told.
import type { Argv, CommandModule, Options, PositionalOptions } from 'yargs';
import { commands } from './commands.js';

export interface ManualOption {
  /** Without dashes; of one letter for a short one. */
  readonly names: readonly string[];
  /** What stands behind it; null for a switch. */
  readonly value: string | null;
  readonly describe: string;
  readonly default: string | null;
}

export interface ManualOptions {
  /** Null for those that stand in no group. */
  readonly group: string | null;
  readonly options: readonly ManualOption[];
}

export interface Manual {
  /** `tree get <spec>`: without the program. */
  readonly usage: string;
  readonly describe: string;
  readonly positionals: readonly { readonly name: string; readonly describe: string }[];
  readonly options: readonly ManualOptions[];
  /** `$0` stands for the program. */
  readonly examples: readonly { readonly command: string; readonly describe: string }[];
  readonly epilog: string | null;
  readonly commands: readonly Manual[];
}

/** One of each command, in the order in which help lists them. */
export async function manuals(): Promise<Manual[]> {
  return Promise.all(
    commands.map(async ({ usage, describe, load }) => manualOf(usage, describe, await load())),
  );
}

function manualOf(usage: string, describe: string, module: CommandModule): Manual {
  const positionals: { name: string; describe: string }[] = [];
  const options = new Map<string, Options>();
  const groups = new Map<string, string[]>();
  const examples: { command: string; describe: string }[] = [];
  const subcommands: Manual[] = [];
  let epilog: string | null = null;
  const name = usage.split(' ')[0] ?? '';
  const told: Record<string, (...args: never[]) => void> = {
    positional: (key: string, { describe: text }: PositionalOptions) =>
      positionals.push({ name: key, describe: text ?? '' }),
    option: (key: string, option: Options) => options.set(key, option),
    group: (keys: readonly string[], title: string) =>
      groups.set(title, [...(groups.get(title) ?? []), ...keys]),
    example: (command: string, text: string) => examples.push({ command, describe: text }),
    epilog: (text: string) => {
      epilog = text;
    },
    command: (one: CommandModule) =>
      subcommands.push(manualOf(`${name} ${String(one.command)}`, String(one.describe), one)),
    // What says how arguments are taken, and shows in no help.
    check: () => {},
    conflicts: () => {},
    demandCommand: () => {},
    parserConfiguration: () => {},
  };
  const recorder: object = new Proxy(
    {},
    {
      get: (_, method: string) => {
        const note = told[method];
        if (note === undefined) throw new Error(`${usage} tells yargs something new: ${method}()`);
        return (...args: never[]) => {
          note(...args);
          return recorder;
        };
      },
    },
  );
  if (typeof module.builder === 'function') module.builder(recorder as Argv);
  const grouped = new Set([...groups.values()].flat());
  const named = (keys: readonly string[]) =>
    keys.flatMap((key) => {
      const option = options.get(key);
      return option === undefined || option.hidden ? [] : [optionOf(key, option)];
    });
  return {
    usage,
    describe,
    positionals,
    options: [
      { group: null, options: named([...options.keys()].filter((key) => !grouped.has(key))) },
      ...[...groups].map(([group, keys]) => ({ group, options: named(keys) })),
    ].filter((group) => group.options.length > 0),
    examples,
    epilog,
    commands: subcommands,
  };
}

function optionOf(name: string, option: Options): ManualOption {
  const aliases = [option.alias ?? []].flat();
  return {
    names: [...aliases, name].sort((left, right) => left.length - right.length),
    value: placeholderOf(option),
    describe: option.describe ?? '',
    // A switch that is off, and a list that is empty, are what everybody expects.
    default: option.default === undefined || option.default === false ? null : String(option.default),
  };
}

function placeholderOf({ type, choices }: Options): string | null {
  if (choices !== undefined) return choices.join('|');
  if (type === undefined || type === 'boolean' || type === 'count') return null;
  return type === 'number' ? 'N' : 'TEXT';
}
