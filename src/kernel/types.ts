// What a kernel-engine run hands on: plain data for evidence/ and render/.
import type { RaceReport, TestResult, Trouble } from '../report/index.js';

/** How often the guest itself counted that a test's sides ran, and ran at the same time. */
export interface Exercise {
  readonly test: string;
  /** Fresh set-ups, each with every side run once. */
  readonly rounds: number;
  /** Rounds in which the sides were seen running at the same time. */
  readonly overlaps: number;
  /** Rounds after which the harness's invariants did not hold. */
  readonly violations: number;
  /** Milliseconds of guest time that the sides ran against each other. */
  readonly milliseconds: number;
}

/**
 * How a boot ended.
 * - `completed`: KTAP came to its end and the guest rebooted, as `kunit_shutdown=reboot` asks
 * - `panicked`, `hung` (time limit), `flooded` (console limit), `exited` (guest reset before KTAP's end),
 *   `killed` (QEMU ended by a signal), `interrupted` (Ctrl-C here)
 */
export type BootOutcome = 'completed' | 'panicked' | 'hung' | 'flooded' | 'exited' | 'killed' | 'interrupted';

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
