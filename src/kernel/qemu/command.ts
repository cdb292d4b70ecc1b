// QEMU's command line for a case: what the reader of a mail would type.

import { basename } from 'node:path';
import { quoted } from '../../base/index.js';

export interface GuestOptions {
  readonly qemu: string;
  /** vmlinux or bzImage. */
  readonly kernel: string;
  /** `-smp`. */
  readonly cpus: number;
  /** `-m`, MiB. */
  readonly memory: number;
  /** `kunit.filter_glob`: `tw686x.*`. */
  readonly filter: string;
  readonly accelerator: 'kvm' | 'tcg';
  /** A firmware that starts faster than QEMU's default, or null. */
  readonly firmware: string | null;
  /** Seconds that each test runs its sides. */
  readonly seconds: number;
  /** Differs from boot to boot. */
  readonly seed: number;
}

/** Program and arguments. */
export function qemuCommand(options: GuestOptions): readonly string[] {
  const append = [
    `kunit.filter_glob=${options.filter}`,
    'kunit.enable=1',
    'console=ttyS0',
    'kunit_shutdown=reboot',
    // A panic ends the guest at once, by the reset that -no-reboot turns into an exit.
    'panic=-1',
    `millrace.seconds=${options.seconds}`,
    `millrace.seed=${options.seed}`,
  ];
  return [
    options.qemu,
    '-smp',
    String(options.cpus),
    '-m',
    String(options.memory),
    '-accel',
    options.accelerator,
    ...(options.accelerator === 'kvm' ? ['-cpu', 'host'] : []),
    ...(options.firmware === null ? [] : ['-bios', options.firmware]),
    '-kernel',
    options.kernel,
    '-append',
    append.join(' '),
    '-nographic',
    '-no-reboot',
  ];
}

/** The command as one would type it, with the time limit that ends it, and the kernel by its file's name. */
export function qemuCommandText(options: GuestOptions, timeout: number): string {
  const words = qemuCommand({ ...options, kernel: basename(options.kernel) });
  return ['timeout', String(timeout), ...words].map(quoted).join(' ');
}
