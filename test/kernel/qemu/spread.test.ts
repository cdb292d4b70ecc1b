import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import which from 'which';
import { allowedProcessors, spreadCpus } from '../../../src/kernel/qemu/spread.js';

const here = allowedProcessors(readFileSync('/proc/self/status', 'utf8'));

/** Names two of its threads as QEMU names those of virtual CPUs, and says where it is. */
const twoCpus = `
const fs = require('node:fs');
const threads = fs.readdirSync('/proc/self/task').slice(-2);
threads.forEach((thread, cpu) => fs.writeFileSync('/proc/self/task/' + thread + '/comm', 'CPU ' + cpu + '/TCG'));
fs.writeFileSync(process.argv[1], process.pid + '\\n');
setInterval(() => {}, 1000);
`;

test('the processors that this process may use are read from a list of ranges', () => {
  expect(allowedProcessors('Name:\tx\nCpus_allowed_list:\t0-1,4,8-9\n')).toEqual([0, 1, 4, 8, 9]);
  expect(allowedProcessors('')).toEqual([]);
});

const canBind = here.length > 1 && which.sync('taskset', { nothrow: true }) !== null;

test.skipIf(!canBind)('virtual CPUs are bound to one processor each, in turn', async () => {
  const pidFile = join(mkdtempSync(join(tmpdir(), 'millrace-spread-')), 'pid');
  const child = spawn(process.execPath, ['-e', twoCpus, pidFile], { stdio: 'ignore' });
  const processors = here.slice(0, 2);
  const spread = spreadCpus(pidFile, 2, processors);
  const bound = () =>
    existsSync(pidFile) ? namedThreads(child.pid ?? 0).map((status) => allowedProcessors(status)) : [];
  try {
    while (bound().filter((list) => list.length === 1).length < 2) await sleep(50);
    expect(bound()).toEqual(processors.map((processor) => [processor]));
  } finally {
    spread.end();
    child.kill();
  }
});

function namedThreads(pid: number): readonly string[] {
  return [0, 1].flatMap((cpu) =>
    threadsOf(pid).filter((status) => status.startsWith(`Name:\tCPU ${cpu}/TCG\n`)),
  );
}

function threadsOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/task`).map((id) => readFileSync(`/proc/${pid}/task/${id}/status`, 'utf8'));
}
