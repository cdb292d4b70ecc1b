// Explorations on several threads: whatever the others manage, the result is that of one.
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { silentProgress } from '../../src/base/index.js';
import { findModelCompiler } from '../../src/model/compile/index.js';
import {
  type Exploration,
  entryOf,
  explore,
  type Helper,
  makeStrategy,
  type PartOutcome,
  type PartTask,
  runPart,
  type StrategyName,
} from '../../src/model/explore/index.js';
import type { Program } from '../../src/model/link/index.js';
import { checkProgram, compilePrograms, linkPlainC, prepareProgram } from '../../src/model/plain-c/index.js';
import { checkOptions } from './programs.js';

const file = fileURLToPath(new URL('fixtures/busy_threads.c', import.meta.url));
let program: Program;

beforeAll(async () => {
  const [wasm] = await compilePrograms(await findModelCompiler(), [[file]], { cflags: [] });
  program = await linkPlainC(wasm as Uint8Array);
});

/** All but the time. */
const resultOf = ({ elapsed: _, ...result }: Exploration) => result;

const optionsFor = (strategy: StrategyName, most: number) => ({
  strategy,
  seed: 7,
  preemptions: 1,
  maxSchedules: strategy === 'pct' || strategy === 'random' ? Math.min(most, 4500) : most,
  maxTime: Number.POSITIVE_INFINITY,
});

/** A helper on the same thread: asked for its outcome, it runs its part for as many executions as it is told. */
function helperAt(
  options: ReturnType<typeof optionsFor>,
  executions: () => number,
  used: PartOutcome[],
): Helper {
  const { machine, observer } = prepareProgram(program, checkOptions);
  let task: PartTask | null = null;
  return {
    get isReady() {
      return task === null;
    },
    isDone: false,
    start: (given) => {
      task = given;
    },
    finish: () => {
      const most = executions();
      let count = 0;
      const mustStop = () => ++count >= most;
      const entry = entryOf(machine);
      const watch = { observer, mustStop, givesUp: () => false };
      const part = runPart(machine, makeStrategy(options), entry, task as PartTask, watch);
      task = null;
      if (part !== null) used.push(part);
      return most === 0 ? null : part;
    },
    close: () => {},
  };
}

describe.each(['dpor', 'bounded', 'pct', 'random'] as const)('%s', (strategy) => {
  it('is the same however far helpers come, and when they fail', async () => {
    const options = optionsFor(strategy, 20_000);
    const alone = resultOf(await explore(prepareProgram(program, checkOptions).machine, options));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 900 })), { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 3 }),
        async (lengths, helpers) => {
          const used: PartOutcome[] = [];
          let turn = 0;
          const executions = () => lengths[turn++ % lengths.length] as number;
          const { machine, observer } = prepareProgram(program, checkOptions);
          const recruit = () => Array.from({ length: helpers }, () => helperAt(options, executions, used));
          const together = await explore(machine, { ...options, recruit, observer });
          expect(resultOf(together)).toEqual(alone);
          expect(used.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 3, seed: 3 },
    );
  });

  it('stops at the same schedule', async () => {
    const options = optionsFor(strategy, 1500);
    const alone = await explore(prepareProgram(program, checkOptions).machine, options);
    const { machine, observer } = prepareProgram(program, checkOptions);
    const recruit = () => [helperAt(options, () => 1e6, [])];
    const together = await explore(machine, { ...options, recruit, observer });
    expect(resultOf(together)).toEqual(resultOf(alone));
    expect(alone.stoppedBy).toBe('schedules');
  });
});

it('a check on three real threads says what a check on one does', async () => {
  const check = async (workers: number) => {
    const options = { ...checkOptions, workers };
    const { exploration, ...result } = await checkProgram(
      [file],
      prepareProgram(program, options),
      options,
      silentProgress,
    );
    return { ...result, exploration: { ...exploration, elapsed: 0 } };
  };
  expect(await check(3)).toEqual(await check(1));
});
