// The kernel engine: one kernel of a case, built, booted as often as asked, its console read and symbolised.

import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import which from 'which';
import { environmentError, interruptedError, type Progress, run } from '../base/index.js';
import type { Case, KernelSettings } from '../case/index.js';
import { createSymbolizer } from '../report/index.js';
import type { Tree } from '../tree/index.js';
import { type BuiltKernel, buildKernel } from './build/index.js';
import { attachDevice, type DescribedDevice } from './device.js';
import type { Directions } from './directed/index.js';
import { parseDotConfig } from './kconfig/index.js';
import {
  type Accelerator,
  boot,
  chooseAccelerator,
  type GuestOptions,
  qemuCommandText,
} from './qemu/index.js';
import type { BootRecord, KernelRun } from './types.js';

/** QEMU, and how it will run guests on this machine. */
export interface Emulator {
  readonly program: string;
  /** First line of `--version`. */
  readonly version: string;
  readonly accelerator: Accelerator;
  /** Absolute path of a firmware that starts faster than the default, or null. */
  readonly firmware: string | null;
}

export interface KernelRunRequest {
  readonly case: Case;
  readonly tree: Tree;
  readonly fix: { readonly name: string; readonly patch: string } | null;
  /** As in force: the case's, with what the user changed; `makeOptions` are the user's alone. */
  readonly settings: KernelSettings;
  readonly instrument: 'case' | 'all';
  readonly lockdep: boolean;
  readonly directions?: Directions | undefined;
  /** More for the kernel's command line. */
  readonly parameters?: readonly string[];
  /** What the consoles' names begin with; nothing by default. */
  readonly stem?: string;
  readonly jobs?: number;
  /** `kunit.filter_glob`; the case's whole suite by default. */
  readonly filter?: string | undefined;
  readonly emulator: Emulator;
  /** Where consoles go, absolute. */
  readonly directory: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  readonly cacheDirectory?: string;
  /** Boots of this very kernel that were made before; they count towards `settings.boots`. */
  readonly earlier?: readonly BootRecord[];
  /** What the guest's device is; undefined where it has none. */
  readonly device?: DescribedDevice | undefined;
  /** Called after each boot with all so far, so that a run cut off leaves what it had. */
  readonly onBoot?: (so_far: KernelRun) => Promise<void>;
}

const qbootPlaces = [
  '/usr/share/qemu/qboot.rom',
  '/usr/share/qboot/bios.bin',
  '/usr/local/share/qemu/qboot.rom',
];

/**
 * Finds QEMU and probes how it can run guests.
 * @param program `qemu-system-x86_64` where PATH has it, by default
 * @param accelerator what is used without a probe, where the caller knows
 * Errors: `environment` when there is none.
 */
export async function findEmulator(
  program = 'qemu-system-x86_64',
  signal?: AbortSignal,
  accelerator?: Accelerator['name'],
): Promise<Emulator> {
  const found = await which(program, { nothrow: true });
  if (found === null)
    throw environmentError(`there is no ${program}`, { hint: '`millrace doctor` names what to install.' });
  const { stdout } = await run(found, ['--version'], { signal, timeout: 10_000 });
  return {
    program,
    version: stdout.split('\n')[0]?.trim() ?? program,
    accelerator:
      accelerator === undefined
        ? await chooseAccelerator(found, { signal })
        : { name: accelerator, reason: null },
    firmware: qbootPlaces.find((place) => existsSync(place)) ?? null,
  };
}

/**
 * Builds and boots one kernel.
 * Errors: those of {@link buildKernel} and of {@link boot}; `interrupted` once `onBoot` has the record of the boot
 * that was cut short.
 */
export async function runKernel(request: KernelRunRequest): Promise<KernelRun> {
  const { settings, emulator, progress, signal } = request;
  const name = request.fix?.name ?? 'base';
  const built = await buildKernel({
    ...request,
    makeOptions: settings.makeOptions,
    cpus: settings.cpus,
  });
  const boots: BootRecord[] = [...(request.earlier ?? [])];
  if (!built.built && boots.length === 0) progress.note(`Kernel ${name}: built before from the same inputs.`);
  const directory = join(request.directory, 'consoles');
  await mkdir(directory, { recursive: true });
  const attached = await attachDevice(request, built);
  const guest: GuestOptions = {
    qemu: emulator.program,
    kernel: built.image.vmlinux,
    cpus: settings.cpus,
    memory: settings.memory,
    filter: request.filter ?? `${request.case.suite}.*`,
    accelerator: attached === null ? emulator.accelerator.name : 'tcg',
    ...(attached === null ? {} : { device: attached.guest }),
    firmware: emulator.firmware,
    seconds: settings.seconds,
    seed: 1,
    parameters: request.parameters ?? [],
  };
  const soFar = (): KernelRun => describe(name, built, emulator, guest, settings.timeout, [...boots]);
  const symbolizer = await createSymbolizer(built.image.vmlinux, signal === undefined ? {} : { signal });
  const knows = testsOf(
    request.case,
    request.filter,
    await readFile(request.case.device?.user ?? request.case.harness, 'utf8'),
  );
  for (let index = boots.length + 1; index <= settings.boots; index += 1) {
    const record = await progress.step(
      `Boot ${request.directions === undefined ? '' : 'directed '}${name} ${index}/${settings.boots}`,
      async (update) => {
        const console = join(directory, `${request.stem ?? ''}${name.replace(/[^\w.-]/g, '_')}-${index}.log`);
        const options = {
          guest: { ...guest, seed: index },
          timeout: settings.timeout,
          console,
          knows,
          update,
          signal,
          ...(attached === null ? {} : { device: attached.device }),
        };
        const booted = await boot(options);
        update(bootSummary(booted));
        return booted;
      },
    );
    // Kept as it came first: symbolising can fail or be interrupted.
    boots.push(record);
    await request.onBoot?.(soFar());
    if (record.outcome === 'interrupted') throw interruptedError();
    if (record.reports.length === 0) continue;
    boots[boots.length - 1] = { ...record, reports: await symbolizer.symbolize(record.reports) };
    await request.onBoot?.(soFar());
  }
  return soFar();
}

/**
 * Whether a guest can have a test of that path: the case names it, or its harness does. Other suites may run where the
 * user's filter lets them.
 */
function testsOf({ suite, tests }: Case, filter: string | undefined, harness: string) {
  const known = new Set([...tests.map(({ name }) => name), ...(harness.match(/\w+/g) ?? [])]);
  return ([root = '', test]: readonly string[]): boolean => {
    if (root !== suite) return filter !== undefined || (test === undefined && known.has(root));
    return test === undefined || known.has(test);
  };
}

/** With the whole kernel instrumented, it may race before KUnit begins. */
function relative(seconds: number): string {
  return `${Math.abs(seconds).toFixed(1)} s ${seconds < 0 ? 'before' : 'after'}`;
}

function bootSummary({ outcome, reports, firstKtap, firstReport }: BootRecord): string {
  const since =
    firstKtap === null || firstReport === null
      ? ''
      : `, the first ${relative(firstReport - firstKtap)} KTAP began`;
  return `${outcome}, ${reports.length} KCSAN report${reports.length === 1 ? '' : 's'}${since}`;
}

function describe(
  name: string,
  { image, built, command, toolchain }: BuiltKernel,
  emulator: Emulator,
  guest: GuestOptions,
  timeout: number,
  boots: readonly BootRecord[],
): KernelRun {
  const values = parseDotConfig(readFileSync(image.config, 'utf8'));
  const settings = [...values].filter(([symbol]) => /^CONFIG_KCSAN/.test(symbol));
  return {
    name,
    release: image.release,
    commands: { build: command, boot: qemuCommandText(guest, timeout) },
    toolchain: toolchain.description,
    qemu: emulator.version,
    accelerator: guest.accelerator,
    build: {
      built,
      seconds: image.seconds,
      objects: image.objects,
      log: image.log,
      image: image.vmlinux,
    },
    settings,
    boots,
  };
}
