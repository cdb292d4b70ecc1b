// The commands, in the order in which help lists them. To add one: a file beside this one, and a line here.
import type { Argv } from 'yargs';
import { checkCommand } from './check.js';
import { doctorCommand } from './doctor.js';
import { exportCommand } from './export.js';
import { litmusCommand } from './litmus.js';
import { newCommand } from './new.js';
import { parseCommand } from './parse.js';
import { replayCommand } from './replay.js';
import { reportCommand } from './report.js';
import { rerunCommand } from './rerun.js';
import { runCommand } from './run.js';
import { runsCommand } from './runs.js';
import { showCommand } from './show.js';
import { treeCommand } from './tree.js';
import { tuneCommand } from './tune.js';

export function addCommands(parser: Argv): Argv {
  return parser
    .command(runCommand)
    .command(replayCommand)
    .command(runsCommand)
    .command(showCommand)
    .command(rerunCommand)
    .command(reportCommand)
    .command(tuneCommand)
    .command(checkCommand)
    .command(litmusCommand)
    .command(parseCommand)
    .command(newCommand)
    .command(exportCommand)
    .command(treeCommand)
    .command(doctorCommand);
}
