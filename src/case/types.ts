// A case as the engines see it: a folder of plain data and C, loaded and checked.

/** The sides of a race, by function. */
export interface ExpectedRace {
  /** Both functions of the pair, in any order; the same one twice for a race of a function with itself. */
  readonly functions: readonly [string, string];
}

export interface CaseTest {
  readonly name: string;
  readonly title: string;
  readonly races: readonly ExpectedRace[];
  /** Functions that the sides have to reach besides; none when not given. */
  readonly expect?: readonly string[] | undefined;
  /** What the model engine has to find besides races; none when not given. */
  readonly findings?: readonly ExpectedFinding[] | undefined;
}

/** As `expect` in case.yaml names them; src/judge/expected.ts says what each is a finding of. */
export type ExpectedKind =
  | 'race'
  | 'use-after-free'
  | 'double-free'
  | 'invalid-free'
  | 'invalid-access'
  | 'deadlock'
  | 'lost-wakeup'
  | 'sleep-in-atomic'
  | 'leak'
  | 'lock-misuse'
  | 'crash'
  | 'warning'
  | 'invariant'
  | 'no-serial-order';

export interface ExpectedFinding {
  readonly kind: ExpectedKind;
  /** Functions that the finding has to be about, each at one of its places or waits; any when empty. */
  readonly functions: readonly string[];
}

/** A patch that is meant to end what the case shows. */
export interface CaseFix {
  /** What `--fix` takes. */
  readonly name: string;
  readonly title: string;
  /** Absolute path of a patch in git format. */
  readonly patch: string;
}

/** What looks for what goes wrong on a real kernel. */
export type Detector = 'kcsan' | 'kasan' | 'lockdep';

export interface KernelSettings {
  /** Absent: KCSAN. */
  readonly detector?: Detector | undefined;
  /** QEMU's `-smp`. */
  readonly cpus: number;
  /** QEMU's `-m`, in MiB. */
  readonly memory: number;
  /** Seconds that one boot may take. */
  readonly timeout: number;
  /** Seconds that each test runs its sides against each other. */
  readonly seconds: number;
  readonly boots: number;
  /** As in `kunit.py --make_options`: `CC=clang-19`. */
  readonly makeOptions: readonly string[];
}

/** A case folder, read and checked: what races, in which files of the tree, and how it is tried. */
export interface Case {
  /** Folder name. */
  readonly name: string;
  /** Absolute path. */
  readonly directory: string;
  readonly title: string;
  readonly description: string;
  /** Paths inside the tree of the code under test: instrumented, and linked by the model engine. */
  readonly sources: readonly string[];
  /** Static functions that the harness calls, by source file. */
  readonly expose: Readonly<Record<string, readonly string[]>>;
  /** The source that the harness is compiled behind; undefined for a harness that is a unit of its own. */
  readonly within?: string | undefined;
  /** Absolute path of a patch that takes a fix out of the tree: the base is the tree with it. */
  readonly undo?: string | undefined;
  /** Absolute paths. Of a case with a device and without a harness, the program that runs in the guest. */
  readonly harness: string;
  readonly kunitconfig: string;
  /** Name of the KUnit suite in the harness. */
  readonly suite: string;
  readonly tests: readonly CaseTest[];
  readonly fixes: readonly CaseFix[];
  /** What the callers guarantee and the harness relies on, a sentence each. */
  readonly assumptions: readonly string[];
  readonly kernel: KernelSettings;
  /** The hardware that the kernel engine has the driver find; undefined for a case of fakes alone. */
  readonly device?: CaseDevice | undefined;
}

export interface CaseDevice {
  /** Absolute path of the device.yaml. */
  readonly description: string;
  /** Absolute path of the program that runs in the guest: it has the suite and the tests. */
  readonly user: string;
}
