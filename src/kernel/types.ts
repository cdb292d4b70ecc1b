// What a kernel-engine run hands on: plain data for evidence/ and render/.
import type { DeviceActivity } from '../device/index.js';
import type { Damage, HarnessCounts, RaceReport, TestResult, Trouble } from '../report/index.js';

/** How often the guest itself counted that a test's sides ran, and ran at the same time. */
export type Exercise = HarnessCounts;

/**
 * How a boot ended.
 * - `completed`: KTAP came to its end and the guest rebooted, as `kunit_shutdown=reboot` asks
 * - `damaged`: the same, but its console has lost characters or lines: what is missing in it proves nothing
 * - `panicked`, `hung` (time limit), `flooded` (console limit), `exited` (guest reset before KTAP's end),
 *   `killed` (QEMU ended by a signal), `interrupted` (Ctrl-C here)
 */
export type BootOutcome =
  | 'completed'
  | 'damaged'
  | 'panicked'
  | 'hung'
  | 'flooded'
  | 'exited'
  | 'killed'
  | 'interrupted';

/** How a boot's console was held against what the guest itself said of it. */
export interface ConsoleCheck {
  /** Records of printk that the guest vouched for; 0 when it did not, and nothing could be checked. */
  readonly vouched: number;
  readonly damages: readonly Damage[];
}

export interface BootRecord {
  readonly outcome: BootOutcome;
  /** One sentence on how it ended, for any outcome but `completed`. */
  readonly detail: string | null;
  /** The whole console, absolute path. */
  readonly console: string;
  /** Seconds of the host's clock from QEMU's start to its end. */
  readonly seconds: number;
  /** Seconds of the host's clock from QEMU's start to the first KTAP line; null when none came. */
  readonly firstKtap: number | null;
  /** Seconds of the host's clock from QEMU's start to the first KCSAN report; null when none came. */
  readonly firstReport: number | null;
  readonly reports: readonly RaceReport[];
  readonly tests: readonly TestResult[];
  readonly troubles: readonly Trouble[];
  readonly exercises: readonly Exercise[];
  /** Absent in records of before there was one. */
  readonly consoleCheck?: ConsoleCheck;
  /** What the guest's virtual device has done; absent without one. */
  readonly device?: DeviceActivity;
}

/** One kernel, built and booted. */
export interface KernelRun {
  /** `base`, or the fix's name. */
  readonly name: string;
  /** Kernel release as built: `6.12.117`. */
  readonly release: string;
  readonly commands: { readonly build: string; readonly boot: string };
  readonly toolchain: string;
  readonly qemu: string;
  /** `kvm` or `tcg`. */
  readonly accelerator: 'kvm' | 'tcg';
  readonly build: {
    /** False when the image was there already. */
    readonly built: boolean;
    readonly seconds: number;
    readonly objects: number;
    readonly log: string;
    readonly image: string;
    /** The .config, once it is in a record: a path inside its folder. */
    readonly config?: string | null;
  };
  /** The KCSAN symbols in force, with their values: `['CONFIG_KCSAN_STRICT', 'y']`. */
  readonly settings: readonly (readonly [string, string])[];
  readonly boots: readonly BootRecord[];
}
