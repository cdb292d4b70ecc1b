// Virtual CPUs spread over the host's processors. Two CPUs whose threads the host keeps on one processor never run at the
// same time, and a busy host moves them seldom: nothing that the guest does can then make its sides meet.
import { readdirSync, readFileSync } from 'node:fs';
import which from 'which';
import { run } from '../../base/index.js';

export interface Spread {
  /** Looks no further; what was done stays. */
  end(): void;
}

const pollMs = 200;
const mostPolls = 100;

/**
 * Binds each virtual CPU's thread to one processor, in turn, as soon as QEMU has them (`-name …,debug-threads=on`).
 * Where the host has plenty of processors, or one, or no `taskset`, nothing is done: it is for better rounds, not for
 * right ones.
 * @param pidFile where QEMU writes its process id
 * @param cpus of the guest
 * @param processors of the host, those that this process may use
 */
export function spreadCpus(
  pidFile: string,
  cpus: number,
  processors: readonly number[] = allowedProcessors(readText('/proc/self/status')),
): Spread {
  let timer: NodeJS.Timeout | undefined;
  const look = async (polls: number) => {
    const threads = cpuThreads(pidFile);
    if (threads.length < cpus) {
      if (polls < mostPolls) timer = setTimeout(() => void look(polls + 1), pollMs);
      return;
    }
    const taskset = await which('taskset', { nothrow: true });
    if (taskset === null) return;
    for (const { cpu, thread } of threads)
      await run(taskset, ['-pc', String(processors[cpu % processors.length]), thread], { timeout: 5000 });
  };
  if (cpus > 1 && processors.length > 1 && processors.length < 2 * cpus)
    timer = setTimeout(() => void look(1), pollMs);
  return { end: () => clearTimeout(timer) };
}

/** From /proc/PID/status: `0-1,4` is 0, 1, 4. */
export function allowedProcessors(status: string): readonly number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '';
  return [...list.matchAll(/(\d+)(?:-(\d+))?/g)].flatMap(([, first, last]) => {
    const from = Number(first);
    return Array.from({ length: Number(last ?? first) - from + 1 }, (_, i) => from + i);
  });
}

function cpuThreads(pidFile: string): readonly { readonly cpu: number; readonly thread: string }[] {
  const pid = readText(pidFile).trim();
  if (!/^\d+$/.test(pid)) return [];
  return namesIn(`/proc/${pid}/task`).flatMap((thread) => {
    const cpu = /^CPU (\d+)\/(?:TCG|KVM)$/m.exec(readText(`/proc/${pid}/task/${thread}/comm`))?.[1];
    return cpu === undefined ? [] : [{ cpu: Number(cpu), thread }];
  });
}

/** Threads and processes may be gone at any moment. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
