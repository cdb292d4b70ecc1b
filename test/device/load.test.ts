// A device.yaml that cannot be used: everything wrong with it at once, each with its line.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { InputErrors } from '../../src/base/index.js';
import { deviceHeader, deviceJsonSchema, loadDevice } from '../../src/device/index.js';

const scratch = mkdtempSync(join(tmpdir(), 'millrace-test-device-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function problemsOf(text: string): Promise<readonly string[]> {
  const path = join(scratch, 'device.yaml');
  writeFileSync(path, text);
  const error = await loadDevice(path).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InputErrors);
  return (error as InputErrors).problems.map(({ at, message }) => `${at?.line}: ${message}`);
}

const head =
  'version: 1\nname: chip\nbus: pci\npci: { vendor: 1, device: 2 }\nbars: [{ index: 0, size: 64 }]\n';

test('an array of registers is one register each, and a name for device.c', async () => {
  const device = await loadDevice(join(import.meta.dirname, 'fixtures/device.yaml'));
  expect(device.registers.map(({ name, offset, access }) => `${name} ${offset} ${access}`)).toEqual([
    'STATUS 0 rc',
    'COMMAND 4 rw',
    'ADDRESS[0] 16 rw',
    'ADDRESS[1] 24 rw',
    'ADDRESS[2] 32 rw',
    'ADDRESS[3] 40 rw',
  ]);
  expect(deviceHeader(device.arrays)).toContain('#define ADDRESS 2u\n');
});

test('keys, values and missing parts are named with their lines', async () => {
  expect(
    await problemsOf(
      'version: 1\nname: chip\nbus: isa\npci: { vendor: 0x12345 }\nbars:\n  - { index: 0, size: 100 }\ncolour: red\n',
    ),
  ).toEqual([
    '3: bus is "isa": expected "pci"',
    '4: pci.vendor is 74565: must be at most 65535',
    '4: pci.device is missing',
    '6: bars[0].size is 100: not a power of two',
    '7: there is no key "colour" in a device',
  ]);
});

test('registers that lie on each other, outside of their BAR, or in none, are named', async () => {
  const registers = [
    '{ name: A, offset: 0 }',
    '{ name: B, offset: 2, width: 2 }',
    '{ name: C, offset: 8, count: 2, stride: 2 }',
    '{ name: D, offset: 62 }',
    '{ name: A, offset: 32 }',
    '{ name: E, offset: 0, bar: 2 }',
    '{ name: F, offset: 40, width: 1, reset: 256 }',
  ];
  expect(await problemsOf(`${head}registers:\n${registers.map((line) => `  - ${line}\n`).join('')}`)).toEqual(
    [
      '8: B lies on A, at byte 2',
      '9: C[1] lies on C[0], at byte 10',
      '10: D does not fit into BAR 0, which has 64 bytes',
      '11: the register A is there already',
      '12: E is in BAR 2, which the device does not have',
      '13: the reset value of F is wider than it is',
    ],
  );
});

test('code has to be a C file of the folder', async () => {
  expect(await problemsOf(`${head}code: ../device.c\n`)).toEqual([
    '6: code is "../device.c": must name a .c file inside the case folder',
  ]);
  const missing = await loadDevice(join(scratch, 'device.yaml')).catch((error: Error) => error.message);
  expect(missing).toContain('cannot be used');
});

test('the published schema is current', () => {
  const published = readFileSync(join(import.meta.dirname, '../../schemas/device.schema.json'), 'utf8');
  expect(JSON.parse(published)).toEqual(deviceJsonSchema());
});
