// What the engine itself needs of a kernel that boots in QEMU, with nothing else in it. The case's fragment is merged
// behind it and wins.
import type { Detector } from '../../case/index.js';
import type { KconfigLine } from '../../kconfig/index.js';

export interface EngineSettings {
  readonly cpus: number;
  /** Build with PROVE_LOCKING and what belongs to it. */
  readonly lockdep: boolean;
  /** What looks for what goes wrong: KASAN and KCSAN exclude each other. KCSAN by default. */
  readonly detector?: Detector;
  /** What runs the sides: a KUnit suite by default, or a program in user space. */
  readonly sides?: 'kunit' | 'user';
}

type Setting = Pick<KconfigLine, 'symbol' | 'value'>;

/** The whole fragment on top of `allnoconfig` for x86-64: the engine's part, then the case's. */
export function wholeFragment(
  settings: EngineSettings,
  kunitconfig: readonly KconfigLine[],
): readonly Setting[] {
  const { detector = 'kcsan' } = settings;
  // Of a case that is made for KCSAN, another detector takes the rest.
  const own =
    detector === 'kcsan'
      ? kunitconfig
      : kunitconfig.filter(({ symbol }) => !symbol.startsWith('CONFIG_KCSAN'));
  const strict = own.some(({ symbol, value }) => symbol === 'CONFIG_KCSAN_STRICT' && value === 'y');
  const engine = [
    ...machine(settings.cpus),
    ...console,
    ...(settings.sides === 'user' ? userSpace : kunit),
    on('DEBUG_KERNEL'),
    ...(detector === 'kcsan' ? [...kcsanDefaults, ...(strict ? strictDefaults : relaxedDefaults)] : []),
    ...(detector === 'kasan' ? kasan : []),
    ...(settings.lockdep || detector === 'lockdep' ? lockdep : []),
  ];
  const named = new Set(own.map(({ symbol }) => symbol));
  return [
    ...engine.filter(({ symbol }) => !named.has(symbol)),
    ...own.map(({ symbol, value }) => ({ symbol, value })),
  ];
}

function machine(cpus: number): readonly Setting[] {
  return [
    on('EXPERT'),
    on('64BIT'),
    ...(cpus > 1 ? [on('SMP'), set('NR_CPUS', String(Math.max(2, cpus)))] : []),
    // The processors are found by the firmware's MP table: ACPICA alone would be some 150 objects.
    on('X86_MPPARSE'),
    // Lets QEMU start vmlinux itself: no compressed image to make and to unpack.
    on('HYPERVISOR_GUEST'),
    on('PVH'),
    // Timers are what many races need: the more ticks, the more tries a second.
    on('HZ_1000'),
    on('HZ_PERIODIC'),
    on('CC_OPTIMIZE_FOR_SIZE'),
    // Stacks that can be trusted, without the tables that objtool would have to make.
    on('UNWINDER_FRAME_POINTER'),
    on('PROCESSOR_SELECT'),
    off('CPU_SUP_HYGON'),
    off('CPU_SUP_CENTAUR'),
    off('CPU_SUP_ZHAOXIN'),
  ];
}

const console: readonly Setting[] = [
  on('PRINTK'),
  on('PRINTK_TIME'),
  on('BUG'),
  on('KALLSYMS'),
  on('TTY'),
  on('SERIAL_8250'),
  on('SERIAL_8250_CONSOLE'),
];

const kunit: readonly Setting[] = [on('KUNIT'), on('MILLRACE')];

/** A program as init out of an initramfs, and what it finds devices and parameters by. */
const userSpace: readonly Setting[] = [
  on('MILLRACE'),
  on('BLK_DEV_INITRD'),
  on('BINFMT_ELF'),
  on('DEVTMPFS'),
  on('PROC_FS'),
  on('SYSFS'),
  on('POSIX_TIMERS'),
  // Ticks that pass while the device holds an answer back are made up for: else the guest's timers stand still.
  on('HIGH_RES_TIMERS'),
  // Selects X86_PM_TIMER, which otherwise needs ACPI: a clock that a busy host cannot keep the guest from calibrating.
  on('JAILHOUSE_GUEST'),
  on('FUTEX'),
  on('PCI'),
];

// allnoconfig says no to these; a case that does not name them means the Kconfig default (lib/Kconfig.kcsan, v6.12).
const kcsanDefaults: readonly Setting[] = [
  on('KCSAN'),
  on('KCSAN_EARLY_ENABLE'),
  on('KCSAN_REPORT_RACE_UNKNOWN_ORIGIN'),
  // The self test is of KCSAN, not of the case, and takes its time at every boot.
  off('KCSAN_SELFTEST'),
];

// KASAN depends on SYSFS (lib/Kconfig.kasan, v6.12); stacks of who allocated and freed are its reports' best part.
const kasan: readonly Setting[] = [on('SYSFS'), on('KASAN'), on('KASAN_GENERIC'), on('STACKTRACE')];

const lockdep: readonly Setting[] = [on('PROVE_LOCKING'), on('DEBUG_ATOMIC_SLEEP')];

// Each depends on KCSAN_STRICT, or on its absence.
const strictDefaults: readonly Setting[] = [on('KCSAN_WEAK_MEMORY')];
const relaxedDefaults: readonly Setting[] = [
  on('KCSAN_REPORT_VALUE_CHANGE_ONLY'),
  on('KCSAN_ASSUME_PLAIN_WRITES_ATOMIC'),
];

function on(symbol: string): Setting {
  return { symbol: `CONFIG_${symbol}`, value: 'y' };
}

function off(symbol: string): Setting {
  return { symbol: `CONFIG_${symbol}`, value: 'n' };
}

function set(symbol: string, value: string): Setting {
  return { symbol: `CONFIG_${symbol}`, value };
}
