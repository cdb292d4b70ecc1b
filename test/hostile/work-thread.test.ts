// Work in a thread of its own that hangs, fails or dies: whoever asked hears of it, and is never kept waiting.
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { InputErrors, type Progress, silentProgress, WorkThread } from '../../src/base/index.js';

const threads: WorkThread<string, string, string>[] = [];
const begin = () => {
  const thread = new WorkThread<string, string, string>(join(import.meta.dirname, 'threads/work.mjs'));
  threads.push(thread);
  return thread;
};
afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.close();
});

/** Interrupted once the thread says that it has begun. */
async function interrupted(request: string) {
  const controller = new AbortController();
  return begin().ask(request, {
    signal: controller.signal,
    progress: silentProgress,
    onTold: () => controller.abort(),
  });
}

it('one thread answers one request after the other, with its steps and what it tells', async () => {
  const thread = begin();
  const told: string[] = [];
  const progress: Progress = {
    step: async (title, work) => {
      told.push(title);
      const value = await work((update, fraction) => told.push(`${update} ${fraction}`));
      told.push('ended');
      return value;
    },
    note: () => {},
  };
  for (let time = 1; time <= 2; time++) {
    const answer = await thread.ask('echo', { progress, onTold: (text) => told.push(text) });
    expect(answer).toEqual({ result: 'done' });
  }
  const once = ['begun echo', 'a step', 'half 0.5', 'ended'];
  expect(told).toEqual([...once, ...once]);
});

it('one that hangs is ended when its time is over', async () => {
  expect(await begin().ask('hang', { progress: silentProgress })).toEqual({ endedBy: 'time' });
});

it.each([
  ['look', { result: 'saw it' }],
  ['listen', { result: 'heard it' }],
  ['hang', { endedBy: 'interrupt' }],
])('an interruption ends work that would %s', async (request, answer) => {
  expect(await interrupted(request)).toEqual(answer);
});

it('what is wrong with the input comes with all its problems, and the thread goes on', async () => {
  const thread = begin();
  const error = await thread.ask('refuse', { progress: silentProgress }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputErrors);
  expect((error as InputErrors).problems).toMatchObject([
    { kind: 'input', message: 'one', at: { file: 'a', line: 3 }, hint: 'Mend it.' },
    { kind: 'input', message: 'two' },
  ]);
  expect(await thread.ask('echo', { progress: silentProgress })).toEqual({ result: 'done' });
});

it('a defect of ours and the end of the thread are errors', async () => {
  await expect(begin().ask('defect', { progress: silentProgress })).rejects.toThrow('a defect');
  await expect(begin().ask('exit', { progress: silentProgress })).rejects.toThrow('ended before its work');
});
