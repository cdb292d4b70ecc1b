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
  /** For a guest whose tests are its init, and which has a device; KUnit is not in it. */
  readonly device?: GuestDevice;
  readonly accelerator: 'kvm' | 'tcg';
  /** A firmware that starts faster than QEMU's default, or null. */
  readonly firmware: string | null;
  /** Seconds that each test runs its sides. */
  readonly seconds: number;
  /** Differs from boot to boot. */
  readonly seed: number;
  /** More for the kernel's command line: `kcsan.skip_watch=20`. */
  readonly parameters?: readonly string[];
  /** More for QEMU, each option with its value: `['-icount', 'shift=1']`. */
  readonly machine?: readonly (readonly string[])[];
  /** Where console, second channel and QEMU's process id go, absolute; by default the first to standard output. */
  readonly files?: GuestFiles;
}

export interface GuestDevice {
  /** Path of the initramfs. */
  readonly initrd: string;
  /** Options of QEMU that attach the device, each with its value. */
  readonly options: readonly (readonly string[])[];
}

export interface GuestFiles {
  readonly console: string;
  readonly channel: string;
  readonly pid: string;
}

/** What any boot of a case needs, with Millrace or by hand. */
export interface StockOptions {
  readonly cpus: number;
  readonly memory: number;
  readonly kernel: string;
  /** Of the kernel's command line, behind KUnit's own. */
  readonly parameters: readonly string[];
  /** Null for a kernel without KUnit. */
  readonly filter: string | null;
  /** Options of QEMU between memory and kernel, each with its value. */
  readonly machine: readonly (readonly string[])[];
  /** Where the console goes: to standard output by default. */
  readonly console?: readonly (readonly string[])[];
}

/** QEMU's options, each with its value. */
export function stockOptions({
  cpus,
  memory,
  kernel,
  parameters,
  filter,
  machine,
  console = [['-nographic']],
}: StockOptions): readonly (readonly string[])[] {
  const append = [
    ...(filter === null ? [] : [`kunit.filter_glob=${filter}`, 'kunit.enable=1']),
    'console=ttyS0',
    ...(filter === null ? [] : ['kunit_shutdown=reboot']),
    ...parameters,
  ];
  return [
    ['-smp', String(cpus)],
    ['-m', String(memory)],
    ...machine,
    ['-kernel', kernel],
    ['-append', append.join(' ')],
    ...console,
    ['-no-reboot'],
  ];
}

/** isa-debugcon's own port (hw/char/debugcon.c, QEMU 7.2). */
const channelPort = 0xe9;

/** Program and arguments. */
export function qemuCommand(options: GuestOptions): readonly string[] {
  const { accelerator, firmware, seconds, seed, files, device } = options;
  const machine = [
    ...(device === undefined ? [['-accel', accelerator]] : []),
    ...(accelerator === 'kvm' ? [['-cpu', 'host']] : []),
    ...(firmware === null ? [] : [['-bios', firmware]]),
    ...(device === undefined ? [] : [...device.options, ['-initrd', device.initrd]]),
    ...(options.machine ?? []),
  ];
  // A panic ends the guest at once, by the reset that -no-reboot turns into an exit.
  // check_timer() (arch/x86/kernel/apic/io_apic.c, v6.12) counts ticks against a loop, and panics on a busy host.
  const parameters = [
    'panic=-1',
    'no_timer_check',
    // Without, a guest with several CPUs counts time in ticks: too coarse to bring sides together (unsynchronized_tsc()).
    ...(accelerator === 'tcg' && device === undefined ? ['tsc=reliable'] : []),
    ...(device === undefined
      ? [`millrace.seconds=${seconds}`, `millrace.seed=${seed}`]
      : userParameters(options)),
    ...(files === undefined ? [] : [`millrace.channel=0x${channelPort.toString(16)}`]),
    ...(options.parameters ?? []),
  ];
  // Files, which take every byte at once: a full pipe makes the serial line wait, and the guest writes over it.
  const console =
    files === undefined
      ? {}
      : {
          console: [
            ['-display', 'none'],
            ['-monitor', 'none'],
            ['-serial', `file:${files.console}`],
            ['-debugcon', `file:${files.channel}`],
            ['-name', 'millrace,debug-threads=on'],
            ['-pidfile', files.pid],
          ],
        };
  return [
    options.qemu,
    ...stockOptions({
      ...options,
      filter: device === undefined ? options.filter : null,
      ...console,
      machine,
      parameters,
    }).flat(),
  ];
}

/** What the kernel hands on to init as its environment (include/millrace_user.h); and a log that takes all it says. */
function userParameters({ seconds, seed, filter }: GuestOptions): readonly string[] {
  return [
    'printk.devkmsg=on',
    // Where the firmware puts the PIIX4's power management timer (PORT_ACPI_PM_BASE of SeaBIOS and qboot, and 8).
    'pmtmr=0x608',
    // Its frequency is known. On a busy host the guest calibrates its TSC wrongly, and would wait too short for a frame.
    'clocksource=acpi_pm',
    `millrace_seconds=${seconds}`,
    `millrace_seed=${seed}`,
    `millrace_filter=${filter}`,
  ];
}

/** The command as one would type it, console to standard output, with the time limit that ends it. */
export function qemuCommandText(options: GuestOptions, timeout: number): string {
  const words = qemuCommand({ ...options, kernel: basename(options.kernel) });
  return ['timeout', String(timeout), ...words].map(quoted).join(' ');
}
