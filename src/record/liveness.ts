// Whether the process that wrote a record still runs. A process id alone is used again sooner or later, so the boot of
// the machine and the start time of the process go with it (proc(5): random/boot_id, and field 22 of PID/stat).
import { readFileSync } from 'node:fs';
import type { RunRecord } from './record-schema.js';

export type ProcessMark = RunRecord['process'];

export function markThisProcess(): ProcessMark {
  return { pid: process.pid, machine: machineMark(), started: startMark(process.pid) };
}

export function isAlive(mark: ProcessMark): boolean {
  if (mark.machine !== machineMark()) return false;
  if (mark.started !== null) return startMark(mark.pid) === mark.started;
  try {
    process.kill(mark.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function machineMark(): string | null {
  return readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

function startMark(pid: number): string | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses and may hold anything; the 22nd is the 20th behind it.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
