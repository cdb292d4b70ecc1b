// The process of one job: its question is its argument, its answer the only line of its output. Bundled beside the
// command line; src/campaign/attempt.ts starts it.
import { endingSignals, MillraceError, silentProgress } from '../base/index.js';
import { execute, type Question } from './execute.js';

const controller = new AbortController();
for (const name of endingSignals) process.once(name, () => controller.abort());
const question = JSON.parse(process.argv[2] ?? '') as Question;
try {
  const answer = await execute(question, silentProgress, controller.signal);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
} catch (error) {
  if (!(error instanceof MillraceError)) throw error;
  process.exitCode = 1;
}
