// `millrace litmus FILE…`: what the kernel's memory model allows a litmus test to do.
import { readFile } from 'node:fs/promises';
import type { CommandModule } from 'yargs';
import { inputError, printableText, safeJson } from '../base/index.js';
import { type LitmusResult, runLitmus } from '../litmus/index.js';
import { renderLitmus } from '../render/litmus/index.js';
import { exitCodeFor } from './errors.js';
import { interruptible } from './interrupt.js';

interface LitmusArguments {
  files: string[];
  execution: number | undefined;
  'max-time': number;
  json: boolean;
}

export const litmusCommand: CommandModule<object, LitmusArguments> = {
  builder: (yargs) =>
    yargs
      .positional('files', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'C litmus tests of the kernel, as herd7 reads them',
      })
      .option('execution', {
        type: 'number',
        describe: 'Show this execution: which write each read reads from; for one test',
      })
      .option('max-time', { type: 'number', default: 600, describe: 'Give a test up after so many seconds' })
      .option('json', { type: 'boolean', default: false, describe: 'The results as JSON' })
      .example('$0 litmus MP+poonceonces.litmus', 'Its final states, observation and data races')
      .example('$0 litmus MP+poonceonces.litmus --execution 2', 'How it comes to one of them')
      .example('$0 litmus tools/memory-model/litmus-tests/*.litmus', 'All of a tree, against what they say')
      .epilog('Exit codes: 0 as the files’ comments say (or they say nothing), 1 not so, 2 bad input'),
  handler: ({ files, execution, maxTime, json }: LitmusArguments & { maxTime?: number }) =>
    interruptible(async (signal) => {
      if (execution !== undefined && files.length > 1)
        throw inputError('--execution is for one test', { hint: 'Name one file.' });
      const results: LitmusResult[] = [];
      for (const file of files) {
        const result = await runLitmus(await textOf(file), file, {
          signal,
          ...(maxTime === undefined ? {} : { maxTime: maxTime * 1000 }),
          ...(execution === undefined ? {} : { execution }),
        });
        results.push(result);
        if (!json) process.stdout.write(printableText(renderLitmus(result, process.stdout.columns ?? 80)));
      }
      if (json) process.stdout.write(`${safeJson({ results }, 2)}\n`);
      else if (files.length > 1) process.stdout.write(`${summary(results)}\n`);
      const isWrong = results.some(({ asExpected }) => asExpected === false);
      process.exitCode = exitCodeFor(isWrong ? 'not-as-expected' : 'as-expected');
    }),
};

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw inputError(`cannot read ${file}`, { hint: 'Name a litmus test.', cause: error });
  }
}

function summary(results: readonly LitmusResult[]): string {
  const said = results.filter(({ asExpected }) => asExpected !== null);
  const wrong = said.filter(({ asExpected }) => !asExpected).length;
  return `${results.length} tests; of ${said.length} that say their result, ${wrong} ${wrong === 1 ? 'has' : 'have'} another.`;
}
