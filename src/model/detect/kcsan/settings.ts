// The CONFIG_KCSAN_* symbols (lib/Kconfig.kcsan, v6.12.117). Their values come from evaluating a tree's Kconfig, so that
// defaults, and what KCSAN_STRICT does to them, are the tree's.
import { inputError } from '../../../base/index.js';

export interface KcsanSettings {
  readonly verbose: boolean;
  readonly selftest: boolean;
  readonly earlyEnable: boolean;
  readonly numWatchpoints: number;
  /** Microseconds. */
  readonly udelayTask: number;
  /** Microseconds. */
  readonly udelayInterrupt: number;
  readonly delayRandomize: boolean;
  readonly skipWatch: number;
  readonly skipWatchRandomize: boolean;
  readonly interruptWatcher: boolean;
  /** Milliseconds; 0 for no limit. */
  readonly reportOnceInMs: number;
  readonly reportRaceUnknownOrigin: boolean;
  readonly strict: boolean;
  readonly weakMemory: boolean;
  readonly reportValueChangeOnly: boolean;
  readonly assumePlainWritesAtomic: boolean;
  readonly ignoreAtomics: boolean;
  readonly permissive: boolean;
}

/** By setting, the symbol without `CONFIG_KCSAN_`. */
const symbols = {
  verbose: 'VERBOSE',
  selftest: 'SELFTEST',
  earlyEnable: 'EARLY_ENABLE',
  numWatchpoints: 'NUM_WATCHPOINTS',
  udelayTask: 'UDELAY_TASK',
  udelayInterrupt: 'UDELAY_INTERRUPT',
  delayRandomize: 'DELAY_RANDOMIZE',
  skipWatch: 'SKIP_WATCH',
  skipWatchRandomize: 'SKIP_WATCH_RANDOMIZE',
  interruptWatcher: 'INTERRUPT_WATCHER',
  reportOnceInMs: 'REPORT_ONCE_IN_MS',
  reportRaceUnknownOrigin: 'REPORT_RACE_UNKNOWN_ORIGIN',
  strict: 'STRICT',
  weakMemory: 'WEAK_MEMORY',
  reportValueChangeOnly: 'REPORT_VALUE_CHANGE_ONLY',
  assumePlainWritesAtomic: 'ASSUME_PLAIN_WRITES_ATOMIC',
  ignoreAtomics: 'IGNORE_ATOMICS',
  permissive: 'PERMISSIVE',
} as const satisfies Record<keyof KcsanSettings, string>;

const names = Object.keys(symbols) as (keyof KcsanSettings)[];
const numbers: ReadonlySet<keyof KcsanSettings> = new Set([
  'numWatchpoints',
  'udelayTask',
  'udelayInterrupt',
  'skipWatch',
  'reportOnceInMs',
]);

/** What lib/Kconfig.kcsan of v6.12.117 gives with CONFIG_KCSAN=y alone: for programs without a tree. */
export const defaultKcsanSettings: KcsanSettings = {
  verbose: false,
  selftest: true,
  earlyEnable: true,
  numWatchpoints: 64,
  udelayTask: 80,
  udelayInterrupt: 20,
  delayRandomize: true,
  skipWatch: 4000,
  skipWatchRandomize: true,
  interruptWatcher: false,
  reportOnceInMs: 3000,
  reportRaceUnknownOrigin: true,
  strict: false,
  weakMemory: false,
  reportValueChangeOnly: true,
  assumePlainWritesAtomic: true,
  ignoreAtomics: false,
  permissive: false,
};

/** The same with CONFIG_KCSAN_STRICT=y. */
export const strictKcsanSettings: KcsanSettings = {
  ...defaultKcsanSettings,
  strict: true,
  interruptWatcher: true,
  weakMemory: true,
  reportValueChangeOnly: false,
  assumePlainWritesAtomic: false,
};

/**
 * @param values an evaluated configuration: names without `CONFIG_`
 * Errors: `input` for fewer watchpoints than an access looks at, which no kernel builds with (BUILD_BUG_ON() in
 * find_watchpoint(), kernel/kcsan/core.c).
 */
export function kcsanSettings(values: ReadonlyMap<string, { readonly value: string }>): KcsanSettings {
  const entries = names.map((name) => {
    const value = values.get(`KCSAN_${symbols[name]}`)?.value ?? (numbers.has(name) ? '0' : 'n');
    return [name, numbers.has(name) ? Number(value) : value === 'y'];
  });
  const settings = Object.fromEntries(entries) as unknown as KcsanSettings;
  if (settings.numWatchpoints < 3)
    throw inputError(`CONFIG_KCSAN_NUM_WATCHPOINTS is ${settings.numWatchpoints}, and 3 is the least`);
  return settings;
}

/** `CONFIG_KCSAN_SKIP_WATCH=4000`, one for each setting, as a `.config` has them. */
export function kcsanConfigLines(settings: KcsanSettings): string[] {
  return names.map((name) => {
    const value = settings[name];
    const symbol = `CONFIG_KCSAN_${symbols[name]}`;
    return value === false ? `# ${symbol} is not set` : `${symbol}=${value === true ? 'y' : value}`;
  });
}
