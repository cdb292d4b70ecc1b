// The commands, in the order in which help lists them. To add one: a file beside this one, and a line here.
import type { CommandModule } from 'yargs';

// Each command checks its own arguments' types; the list holds them as yargs takes them.
export const commands: readonly CommandModule<object, never>[] = [];
