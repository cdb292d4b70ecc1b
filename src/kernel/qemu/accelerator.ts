// Whether KVM works, and not only opens: /dev/kvm may answer and still hang at the guest's first instruction. A guest
// of three instructions, with a time limit, tells.
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../base/index.js';

export interface Accelerator {
  readonly name: 'kvm' | 'tcg';
  /** Why it is not KVM, one sentence; null for KVM. */
  readonly reason: string | null;
}

const probeMs = 4000;
/** QEMU's isa-debug-exit device turns a byte n written to its port into exit code 2n+1. */
const exitPort = 0xf4;
const exitByte = 0x10;

/** KVM if a guest ran under it within the time limit, else software emulation. */
export async function chooseAccelerator(qemu: string, signal?: AbortSignal): Promise<Accelerator> {
  const usable = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!usable)
    return { name: 'tcg', reason: 'No usable /dev/kvm: the guest runs under software emulation (TCG).' };
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
    const { exitCode, timedOut } = await run(qemu, [...args, ...devices], {
      timeout: probeMs,
      graceMs: 200,
      signal,
    });
    if (exitCode === exitByte * 2 + 1) return { name: 'kvm', reason: null };
    const what = timedOut ? `ran nothing within ${probeMs / 1000} s` : `failed (exit code ${exitCode})`;
    return {
      name: 'tcg',
      reason: `/dev/kvm opens, but a guest under it ${what}: the guest runs under software emulation (TCG).`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** 64 KiB of firmware whose reset vector writes one byte to the exit port and halts. */
function probeFirmware(): Uint8Array {
  const size = 64 * 1024;
  const image = new Uint8Array(size);
  // mov al, byte; out port, al; hlt
  image.set([0xb0, exitByte, 0xe6, exitPort, 0xf4], size - 16);
  return image;
}
