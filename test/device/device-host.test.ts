// A device in its thread: what device.c can do there, and how one that does not answer as a device is ended.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Device, DeviceFailure, DeviceHost, deviceHeader, loadDevice } from '../../src/device/index.js';
import { compileModule, findModelCompiler } from '../../src/model/index.js';

const base = 0xfebf0000;
const scratch = mkdtempSync(join(tmpdir(), 'millrace-test-device-'));
let device: Device;
let wasm: Uint8Array;
const hosts: DeviceHost[] = [];

beforeAll(async () => {
  device = await loadDevice(join(import.meta.dirname, 'fixtures/device.yaml'));
  wasm = await compileModule({
    compiler: await findModelCompiler({ prefer: 'packaged' }),
    file: device.code as string,
    headers: { 'device.h': deviceHeader(device.arrays) },
  });
});

afterAll(() => {
  for (const host of hosts) host.end();
  rmSync(scratch, { recursive: true, force: true });
});

function started(patience?: number) {
  const host = new DeviceHost({ device, wasm, ...(patience === undefined ? {} : { patience }) });
  hosts.push(host);
  host.ask({ kind: 'reset' });
  host.ask({ kind: 'config-write', offset: 0x10, size: 4, value: base });
  return {
    host,
    read: (offset: number) => host.ask({ kind: 'read', address: BigInt(base + offset), size: 4 }),
    write: (offset: number, value: number) =>
      host.ask({ kind: 'write', address: BigInt(base + offset), size: 4, value: BigInt(value) }),
  };
}

test('a device sets timers, holds answers back, and moves its interrupt line', () => {
  const { host, read, write } = started();
  expect(write(4, 1).effects).toEqual({
    irq: null,
    hold: 25_000,
    fault: null,
    after: [{ id: 7, nanoseconds: 5_000_000 }],
  });
  expect(host.ask({ kind: 'timer', id: 7 }).effects.irq).toBe(true);
  expect([read(0), read(0)].map(({ value, effects }) => [value, effects.irq])).toEqual([
    [0x81n, false],
    [0n, false],
  ]);
});

test('a device reads and writes the guest’s memory where QEMU says that it is, and nowhere else', () => {
  const { host, read, write } = started();
  const path = join(scratch, 'memory');
  const memory = Buffer.alloc(4096);
  memory.writeUInt32LE(41, 0x20);
  writeFileSync(path, memory);
  host.ask({ kind: 'memory-file', path });
  host.ask({ kind: 'memory', regions: [{ address: 0x10000, size: 2048, offset: 0 }] });
  write(0x18, 0x10020);
  write(0x20, 0x10040);
  write(4, 2);
  expect(read(0).value).toBe(42n);
  expect(readFileSync(path).readUInt32LE(0x40)).toBe(42);
  write(0x20, 0x107fe);
  write(4, 2);
  expect(read(0).value).toBe(99n);
});

test('a read that the device does not answer gives ones, once', () => {
  const { read, write } = started();
  write(4, 8);
  expect([read(0), read(0)].map(({ value, effects }) => [value, effects.fault])).toEqual([
    [0xffffffffn, 'no-answer'],
    [0n, null],
  ]);
});

test('a device that is removed answers nothing any more, not even who it is', () => {
  const { host, read, write } = started();
  write(4, 1);
  expect(write(4, 9).effects).toEqual({ irq: false, hold: 0, fault: 'removed', after: [] });
  expect(read(0).value).toBe(0xffffffffn);
  expect(host.ask({ kind: 'config-read', offset: 0, size: 2 }).value).toBe(0xffffn);
  expect(host.ask({ kind: 'timer', id: 7 }).effects.irq).toBe(null);
});

test.each([
  [4, 'on_write() ended by unreachable'],
  [5, 'in on_write(), it names a register 1000 that it does not have'],
  [6, 'in on_write(), it names a buffer outside of its memory'],
  [7, 'in on_write(), it asks for 3600000000000 ns, more than a minute'],
])('a device that goes wrong (%i) is ended, and it is said how', (command, said) => {
  const { host, write } = started();
  expect(() => write(4, command)).toThrow(new DeviceFailure(said));
  expect(() => host.ask({ kind: 'reset' })).toThrow('it was ended before');
});

test('a device that never answers is ended', () => {
  const { write } = started(300);
  expect(() => write(4, 3)).toThrow('it gave no answer within 0.3 s');
});
