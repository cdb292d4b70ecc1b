import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chooseAccelerator } from '../../../src/kernel/qemu/index.js';
import { fakeQemu, leftOver } from './fake-qemu.js';

/** The choice with a device that opens and a QEMU that does what `script` says. */
async function choice(script: string, seconds = 30) {
  const qemu = fakeQemu(script);
  const device = join(qemu.folder, 'kvm');
  writeFileSync(device, '');
  const { name, reason } = await chooseAccelerator(qemu.program, { device, seconds });
  return { name, reason: reason?.replace(device, '/dev/kvm') ?? null, qemu };
}

test('KVM is chosen when its guest wrote to the exit port', async () => {
  expect(await choice('exit 33')).toMatchObject({ name: 'kvm', reason: null });
});

test('the probe asks for KVM and brings firmware that begins at the reset vector and ends at the port', async () => {
  const { name } = await choice(
    `while [ $# -gt 0 ]; do [ "$1" = -bios ] && bios=$2; [ "$1" = -accel ] && accel=$2; shift; done
[ "$accel" = kvm ] && [ "$(tail -c 16 "$bios" | head -c 5 | od -An -tx1 | tr -d ' ')" = ea000000f0 ] && od -An -v -tx1 "$bios" | tr -d ' \\n' | grep -q b010e6f4f4 && exit 33`,
  );
  expect(name).toBe('kvm');
});

test('a guest that hangs under KVM means software emulation, and nothing is left of it', async () => {
  const { name, reason, qemu } = await choice('echo $$ > $here/pids; exec sleep 1000', 2);
  expect(name).toBe('tcg');
  expect(reason).toBe(
    '/dev/kvm opens, but a guest under it did not come to 64-bit mode within 2 s: the guest runs under software emulation (TCG).',
  );
  expect(leftOver(qemu)).toEqual([]);
});

test('a QEMU that dies under KVM means software emulation, with the signal and what it said', async () => {
  const said = 'qemu-system-x86_64: error: failed to set MSR 0x10a to 0x69';
  expect(await choice(`ulimit -c 0; echo '${said}' >&2; kill -ABRT $$`)).toMatchObject({
    name: 'tcg',
    reason:
      '/dev/kvm opens, but a guest under it was ended by SIGABRT (error: failed to set MSR 0x10a to 0x69): the guest runs under software emulation (TCG).',
  });
});

test('a QEMU that has no KVM means software emulation, with what it said', async () => {
  const said = 'qemu-system-x86_64: -accel kvm: invalid accelerator kvm.';
  expect(await choice(`echo '${said}' >&2; exit 1`)).toMatchObject({
    name: 'tcg',
    reason:
      '/dev/kvm opens, but a guest under it failed with exit code 1 (-accel kvm: invalid accelerator kvm): the guest runs under software emulation (TCG).',
  });
});

test('a guest that came to an end of its own, and not by the exit port, proves nothing', async () => {
  expect(await choice('exit 0')).toMatchObject({
    name: 'tcg',
    reason: expect.stringContaining('failed with exit code 0'),
  });
});

test('without the device no QEMU is started', async () => {
  const { name, reason } = await chooseAccelerator('/nowhere/qemu', { device: '/nowhere/kvm' });
  expect({ name, reason }).toEqual({
    name: 'tcg',
    reason: 'No usable /nowhere/kvm: the guest runs under software emulation (TCG).',
  });
});
