// Whether KVM works, and not only opens: /dev/kvm may answer and still hang at the guest's first instruction. A guest
// of three instructions, with a time limit, tells.
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunResult, run } from '../../base/index.js';

export interface Accelerator {
  readonly name: 'kvm' | 'tcg';
  /** Why it is not KVM, one sentence; null for KVM. */
  readonly reason: string | null;
}

export interface ProbeOptions {
  readonly signal?: AbortSignal | undefined;
  /** `/dev/kvm` by default. */
  readonly device?: string;
  /** How long the guest may take; 4 by default. */
  readonly seconds?: number;
}

/** QEMU's isa-debug-exit device turns a byte n written to its port into exit code 2n+1. */
const exitPort = 0xf4;
const exitByte = 0x10;

/**
 * KVM if a guest ran under it within the time limit, else software emulation.
 * Errors: `environment` when `qemu` cannot be started, `interrupted`.
 */
export async function chooseAccelerator(qemu: string, options: ProbeOptions = {}): Promise<Accelerator> {
  const { device = '/dev/kvm', seconds = 4, signal } = options;
  const usable = await access(device, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!usable) return emulation(`no usable ${device}`);
  const folder = await mkdtemp(join(tmpdir(), 'millrace-kvm-'));
  try {
    const firmware = join(folder, 'probe.bin');
    await writeFile(firmware, probeFirmware());
    const args = ['-accel', 'kvm', '-cpu', 'host', '-m', '16', '-bios', firmware];
    const devices = [
      '-nodefaults',
      '-display',
      'none',
      '-device',
      `isa-debug-exit,iobase=${exitPort},iosize=4`,
    ];
    const result = await run(qemu, [...args, ...devices], { timeout: seconds * 1000, graceMs: 200, signal });
    if (!result.timedOut && result.exitCode === exitByte * 2 + 1) return { name: 'kvm', reason: null };
    return emulation(`${device} opens, but a guest under it ${failure(result, seconds)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function emulation(why: string): Accelerator {
  return {
    name: 'tcg',
    reason: `${why[0]?.toUpperCase()}${why.slice(1)}: the guest runs under software emulation (TCG).`,
  };
}

function failure({ timedOut, endedBy, exitCode, stderr }: RunResult, seconds: number): string {
  if (timedOut) return `ran nothing within ${seconds} s`;
  const said =
    stderr
      .split('\n')[0]
      ?.trim()
      .replace(/^\S*qemu\S*: /, '')
      .replace(/[.:]+$/, '') ?? '';
  const how = endedBy === null ? `failed with exit code ${exitCode}` : `was ended by ${endedBy}`;
  return said === '' ? how : `${how} (${said})`;
}

/** 64 KiB of firmware whose reset vector writes one byte to the exit port and halts. */
function probeFirmware(): Uint8Array {
  const size = 64 * 1024;
  const image = new Uint8Array(size);
  // mov al, byte; out port, al; hlt
  image.set([0xb0, exitByte, 0xe6, exitPort, 0xf4], size - 16);
  return image;
}
