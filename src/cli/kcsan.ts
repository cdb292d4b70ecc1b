// What `millrace run --detector kcsan` does besides, or in the place of, the exploration.

import type { ModelOptions } from '../model/index.js';
import { defaultKcsanOptions } from '../model/index.js';
import type { Run } from '../record/index.js';
import { renderKcsanResult } from '../render/terminal/index.js';
import { type RunKcsanRequest, runKcsanCase } from '../run/index.js';
import { hasColour } from './colour.js';

/** Answers whether all is as the case expects. With `explored`, JSON is of both: `{ record, kcsan }`. */
export async function runAndPrintKcsan(
  request: Omit<RunKcsanRequest, 'options'> & { readonly options: ModelOptions },
  {
    json,
    'max-schedules': executions,
  }: { readonly json: boolean; readonly 'max-schedules': number | undefined },
  explored: Run | null,
): Promise<boolean> {
  const { seed, maxTime, maxMemory, maxSteps } = request.options;
  const options = {
    executions: executions ?? defaultKcsanOptions.executions,
    seed,
    maxTime,
    maxMemory,
    maxSteps,
  };
  const result = await runKcsanCase({ ...request, options });
  const columns = Math.min(process.stdout.columns ?? 80, 100);
  process.stdout.write(
    json
      ? `${JSON.stringify(explored === null ? result : { record: explored.record, kcsan: result }, null, 2)}\n`
      : `${renderKcsanResult(result, { columns, colour: hasColour(process.stdout) })}\n`,
  );
  return result.expected;
}
