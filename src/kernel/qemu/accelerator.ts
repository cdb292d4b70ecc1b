// Whether KVM works, and not only opens: /dev/kvm may answer and still hang at the guest's first instruction, or on its
// way to 64-bit mode. A guest that goes this way and no further, with a time limit, tells.
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunResult, run } from '../../base/index.js';
import { deadMan } from './dead-man.js';

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
    const command = [...deadMan(seconds), qemu, ...args, ...devices];
    const result = await run('timeout', command, { timeout: seconds * 1000, graceMs: 200, signal });
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
  if (timedOut) return `did not come to 64-bit mode within ${seconds} s`;
  const said =
    stderr
      .split('\n')[0]
      ?.trim()
      .replace(/^\S*qemu\S*: /, '')
      .replace(/[.:]+$/, '') ?? '';
  const how = endedBy === null ? `failed with exit code ${exitCode}` : `was ended by ${endedBy}`;
  return said === '' ? how : `${how} (${said})`;
}

// The way from reset to 64-bit mode (Intel SDM, volume 3, 10.8.5), at 0xf0000, with its page tables at 0x1000: where KVM
// itself is emulated, a guest may well run in real mode and hang on this way.
const toLongMode = [
  // cli; mov ax, 0xf000; mov ds, ax; lgdt [0xc8]
  'fa b8 00f0 8ed8 660f0116c800',
  // mov eax, cr0; or eax, PE; mov cr0, eax; jmp 8:0xf001e
  '0f20c0 6683c801 0f22c0 66ea1e000f000800',
  // 32 bit: mov eax, 16; mov ds, eax; mov es, eax; mov ss, eax
  'b810000000 8ed8 8ec0 8ed0',
  // The tables' first entries: 0x1000 names 0x2000, that names 0x3000, that maps the first 2 MiB.
  'c7050010000003200000 c7050410000000000000',
  'c7050020000003300000 c7050420000000000000',
  'c7050030000083000000 c7050430000000000000',
  // mov eax, cr4; or eax, PAE; mov cr4, eax; mov eax, 0x1000; mov cr3, eax
  '0f20e0 83c820 0f22e0 b800100000 0f22d8',
  // mov ecx, EFER; rdmsr; or eax, LME; wrmsr
  'b9800000c0 0f32 0d00010000 0f30',
  // mov eax, cr0; or eax, PG; mov cr0, eax; jmp 24:0xf0096
  '0f20c0 0d00000080 0f22c0 ea96000f001800',
  // 64 bit: mov al, byte; out port, al; hlt
  `b0${hex(exitByte)} e6${hex(exitPort)} f4`,
];
const descriptors = [
  '0000000000000000 ffff0000009acf00 ffff00000092cf00 ffff0000009aaf00',
  // The table's limit and address.
  '1f00 a8000f00',
];
const descriptorsAt = 0xa8;
/** jmp 0xf000:0 */
const resetVector = 'ea 0000 00f0';

/** 64 KiB of firmware that goes to 64-bit mode, writes one byte to the exit port and halts. */
function probeFirmware(): Uint8Array {
  const size = 64 * 1024;
  const image = new Uint8Array(size);
  const place = (at: number, ...code: readonly string[]) =>
    image.set(Buffer.from(code.join('').replaceAll(' ', ''), 'hex'), at);
  place(0, ...toLongMode);
  place(descriptorsAt, ...descriptors);
  place(size - 16, resetVector);
  return image;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
