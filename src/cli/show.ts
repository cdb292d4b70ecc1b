// `millrace show`: a run's result, from its record alone.

import type { CommandModule } from 'yargs';
import { displayPath, safeJson } from '../base/index.js';
import { evidenceOf } from '../evidence/index.js';
import { readRun, stateOf } from '../record/index.js';
import { renderResult } from '../render/terminal/index.js';
import { withTexts } from '../words/index.js';
import { hasColour } from './colour.js';
import { jsonOption, recordedRun } from './options.js';
import { outputColumns } from './terminal.js';

interface ShowArguments {
  run: string;
  json: boolean;
}

export const showCommand: CommandModule<object, ShowArguments> = {
  builder: (yargs) =>
    recordedRun(yargs)
      .option('json', jsonOption('Print the record (schemas/run.schema.json)'))
      .example('$0 show latest', 'The newest run made here')
      .example('$0 show ~/mail/20260423T091509Z-tw686x-streamoff', 'A record from another machine')
      .example('$0 show latest --json | jq -r .engines[].verdict.reason.text', 'What each engine says'),
  handler: async ({ run: name, json }) => {
    const { directory, record } = await readRun(name, process.cwd());
    const text = json
      ? safeJson(withTexts(record), 2)
      : renderResult(evidenceOf(record), {
          columns: outputColumns(),
          colour: hasColour(process.stdout),
          directory: displayPath(directory),
          state: stateOf(record),
        });
    process.stdout.write(`${text}\n`);
  },
};
