// Programs that stand where QEMU would: shell scripts made on the spot, and what is left of their processes.
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GuestOptions } from '../../../src/kernel/qemu/index.js';

const files = `for arg in "$@"; do
  case "$arg" in
    file:*.log) exec >"\${arg#file:}" ;;
    file:*.channel) channel=\${arg#file:} ;;
  esac
done`;

export interface FakeQemu {
  readonly folder: string;
  readonly program: string;
  readonly guest: GuestOptions;
  readonly console: string;
}

/**
 * `script` is the shell's; `$here` is a folder of its own, `$here/console.txt` holds `console`. What it prints goes to
 * the serial line's file, and `$channel` is the second channel's.
 */
export function fakeQemu(script: string, console = ''): FakeQemu {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-qemu-'));
  const program = join(folder, 'qemu-system-x86_64');
  writeFileSync(join(folder, 'console.txt'), console);
  writeFileSync(program, `#!/bin/sh\nhere=${folder}\n${files}\n${script}\n`);
  chmodSync(program, 0o755);
  return {
    folder,
    program,
    console: join(folder, 'console.log'),
    guest: {
      qemu: program,
      kernel: join(folder, 'vmlinux'),
      cpus: 2,
      memory: 64,
      filter: 'slow.*',
      accelerator: 'tcg',
      firmware: null,
      seconds: 1,
      seed: 1,
    },
  };
}

/** Process ids that the script wrote into `$here/pids`, one a line, of those that still run. */
export function leftOver({ folder }: FakeQemu): readonly number[] {
  const pids = readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number);
  if (pids.length === 0 || pids.some((pid) => !(pid > 1))) throw new Error(`no process ids: ${pids}`);
  return pids.filter(isRunning);
}

/** A zombie has ended; nobody but its parent can do more about it. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
