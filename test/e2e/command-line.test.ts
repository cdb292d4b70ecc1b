import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

async function millrace(...args: string[]): Promise<{ exitCode: number; stderr: string }> {
  try {
    const { stderr } = await promisify(execFile)('node', ['dist/cli/main.js', ...args]);
    return { exitCode: 0, stderr };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { exitCode: code, stderr };
  }
}

test('an option that is given twice is bad input, not a list that means nothing', async () => {
  const { exitCode, stderr } = await millrace(
    'run',
    'tw686x-streamoff',
    '--engine',
    'kernel',
    '--engine',
    'kernel',
  );
  expect([exitCode, stderr]).toEqual([
    2,
    'millrace: --engine is given more than once\n  next: Give it once.\n',
  ]);
});

test('an option that is a list may be given twice', async () => {
  const { exitCode, stderr } = await millrace(
    'run',
    'no-such-case',
    '--engine',
    'kernel',
    '--make-option',
    'CC=a',
    '--make-option',
    'LD=b',
  );
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('there is no case no-such-case')]);
});

test('a macro of check takes one word, and leaves the file', async () => {
  const { exitCode, stderr } = await millrace('check', '-D', 'N=1', 'no-such-file.c');
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('no-such-file.c')]);
});

// script(1) is in every Debian. Its terminal takes the width of the one around it, and here is none.
test('progress ends on a terminal that does not know its width', async () => {
  const command = 'node dist/cli/main.js check test/model/programs/atomic-increment.c';
  const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk;
    if (printed.length > 100_000) child.kill('SIGKILL');
  });
  const [exitCode] = await once(child, 'close');
  expect([exitCode, printed]).toEqual([0, expect.stringContaining('interleavings')]);
});

const fish = await promisify(execFile)('fish', ['--version']).then(
  () => true,
  () => false,
);

test.skipIf(!fish)('fish completes commands and options from the script that it is given', async () => {
  const { stdout: script } = await promisify(execFile)('node', ['dist/cli/main.js', 'completion', 'fish']);
  const { stdout } = await promisify(execFile)('fish', [
    '--no-config',
    '-c',
    `function millrace; node dist/cli/main.js $argv; end
     ${script.replace('command millrace', 'millrace')}
     complete --do-complete 'millrace rep'
     complete --do-complete 'millrace litmus --exe'`,
  ]);
  expect(stdout.trim().split('\n')).toEqual(['replay', 'report', '--execution']);
});
