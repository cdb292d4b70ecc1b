// Registers, configuration space and interrupts of a device, without QEMU and without code of its own.
import { expect, test } from 'vitest';
import { DeviceMachine } from '../../src/device/machine.js';
import type { Behaviour, Device, Register } from '../../src/device/types.js';

const register = (name: string, offset: number, more: Partial<Register> = {}): Register => ({
  name,
  bar: 0,
  offset,
  width: 4,
  reset: 0,
  access: 'rw',
  ...more,
});

const device: Device = {
  name: 'chip',
  bus: 'pci',
  pci: {
    vendor: 0x1797,
    device: 0x6869,
    subsystemVendor: 1,
    subsystemDevice: 2,
    class: 0x048000,
    revision: 3,
  },
  interrupt: 'intx',
  bars: [{ index: 0, size: 4096, kind: 'memory', rest: 'keeps' }],
  registers: [
    register('STATUS', 0, { access: 'rc', reset: 5 }),
    register('VERSION', 4, { access: 'ro', reset: 0x6869 }),
    register('KEY', 8, { access: 'wo' }),
    register('EVENTS', 12, { access: 'w1c', reset: 0xf0 }),
    register('COMMAND', 16),
    register('SMALL', 20, { width: 2 }),
    register('BYTE', 22, { width: 1, reset: 0x7f }),
  ],
  arrays: [],
  code: null,
};
const base = 0xfebf_1000;

function placed(behaviour?: Partial<Behaviour>) {
  const machine = new DeviceMachine(
    device,
    behaviour === undefined
      ? null
      : () => ({ reset() {}, read() {}, write() {}, timer() {}, told() {}, ...behaviour }),
  );
  machine.ask({ kind: 'config-write', offset: 0x10, size: 4, value: base });
  return {
    machine,
    read: (offset: number, size = 4) =>
      machine.ask({ kind: 'read', address: BigInt(base + offset), size }).value,
    write: (offset: number, value: bigint, size = 4) =>
      machine.ask({ kind: 'write', address: BigInt(base + offset), size, value }),
  };
}

test('a register reads back as its kind of access has it', () => {
  const { read, write } = placed();
  for (const offset of [0, 4, 8, 16]) write(offset, 0xdeadbeefn);
  expect([read(0), read(0)]).toEqual([5n, 0n]);
  expect(read(4)).toBe(0x6869n);
  expect(read(8)).toBe(0n);
  write(12, 0x30n);
  expect(read(12)).toBe(0xc0n);
  expect(read(16)).toBe(0xdeadbeefn);
});

test('accesses of one, two and eight bytes are cut and joined', () => {
  const { read, write } = placed();
  write(17, 0xabn, 1);
  expect([read(16), read(17, 1), read(16, 2)]).toEqual([0xab00n, 0xabn, 0xab00n]);
  write(16, 0x0055_1234_0000_0001n, 8);
  expect([read(16), read(20, 2), read(22, 1)]).toEqual([1n, 0x1234n, 0x55n]);
  expect(read(16, 8)).toBe(0x0055_1234_0000_0001n);
});

test('a byte written to a register of which a written one clears the bit leaves the others alone', () => {
  const { read, write } = placed();
  write(13, 0xffn, 1);
  expect(read(12)).toBe(0xf0n);
  write(12, 0x10n, 1);
  expect(read(12)).toBe(0xe0n);
});

test('bytes of no register keep what was written, and what nobody answers reads as ones', () => {
  const { machine, read, write } = placed();
  write(0x100, 0x1234n);
  expect(read(0x100)).toBe(0x1234n);
  expect(machine.ask({ kind: 'read', address: 0x1000n, size: 4 }).value).toBe(0xffffffffn);
});

test('firmware finds identity, size and interrupt pin in configuration space', () => {
  const machine = new DeviceMachine(device, null);
  const read = (offset: number, size: number) => machine.ask({ kind: 'config-read', offset, size }).value;
  expect([read(0, 2), read(2, 2), read(8, 4), read(0x2c, 4), read(0x3d, 1)]).toEqual([
    0x1797n,
    0x6869n,
    0x04800003n,
    0x00020001n,
    1n,
  ]);
  for (const [offset, size] of [
    [0x10, 0xfffff000n],
    [0x14, 0n],
    [0x28, 0n],
  ] as const) {
    machine.ask({ kind: 'config-write', offset, size: 4, value: 0xffffffff });
    expect(read(offset, 4)).toBe(size);
  }
});

test('a reset puts registers back, takes the BAR away and lowers the line', () => {
  const { machine, read, write } = placed();
  write(16, 7n);
  expect(machine.ask({ kind: 'reset' }).effects.irq).toBe(false);
  machine.ask({ kind: 'config-write', offset: 0x10, size: 4, value: base });
  expect([read(16), read(0)]).toEqual([0n, 5n]);
});

test('code hears of an access by register, before a read and after a write', () => {
  const heard: string[] = [];
  const { machine, read, write } = placed({
    read: (id) => heard.push(`read ${device.registers[id]?.name}`),
    write: (id, value) => heard.push(`write ${device.registers[id]?.name} ${value}`),
    told: (value) => heard.push(`told ${value}`),
  });
  write(16, 3n);
  expect(read(0)).toBe(5n);
  write(0x100, 1n);
  machine.ask({ kind: 'config-write', offset: 0xfc, size: 4, value: 9 });
  expect(heard).toEqual(['write COMMAND 3', 'read STATUS', 'told 9']);
});

test('no interrupt comes while the guest has the pin turned off', () => {
  const machine = new DeviceMachine(device, (_, effects) => ({
    reset() {},
    read() {},
    write() {},
    told() {},
    timer: () => {
      effects().irq = true;
    },
  }));
  expect(machine.ask({ kind: 'timer', id: 0 }).effects.irq).toBe(true);
  machine.ask({ kind: 'config-write', offset: 4, size: 2, value: 0x0406 });
  expect(machine.ask({ kind: 'timer', id: 0 }).effects.irq).toBe(false);
});
