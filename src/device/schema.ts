// What a device.yaml may say. The one source of its types, its checks and its JSON Schema (schemas/device.schema.json).
import { z } from 'zod';

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;
const text = (what: string) => z.string().min(1, `${what} is empty`);
const number = (bits: number) =>
  z
    .int()
    .min(0)
    .max(2 ** bits - 1);

const register = z
  .strictObject({
    name: z
      .string()
      .max(100)
      .regex(namePattern, 'not a C identifier')
      .describe('As the data sheet has it; device.c uses it as well.'),
    offset: number(31).describe('In bytes, from the start of its BAR.'),
    bar: z.int().min(0).max(5).default(0).describe('The BAR that it is in.'),
    width: z
      .union([z.literal(1), z.literal(2), z.literal(4)])
      .default(4)
      .describe('Bytes: 1, 2 or 4.'),
    reset: number(32).default(0).describe('The value after a reset.'),
    access: z
      .enum(['rw', 'ro', 'wo', 'w1c', 'rc'])
      .default('rw')
      .describe(
        'rw: read and write; ro: writes are lost; wo: reads as zero; w1c: a written 1 clears the bit; rc: reading clears it.',
      ),
    count: z.int().min(1).max(4096).default(1).describe('Of an array, how many.'),
    stride: number(31).optional().describe('Of an array, bytes from one to the next; its width by default.'),
  })
  .describe('A register, or an array of them.');

const bar = z
  .strictObject({
    index: z.int().min(0).max(5).describe('Which BAR.'),
    size: z
      .int()
      .min(16)
      .max(2 ** 28)
      .refine((size) => Math.log2(size) % 1 === 0, 'not a power of two')
      .describe('In bytes, a power of two.'),
    kind: z.enum(['memory', 'io']).default('memory').describe('Memory or I/O ports.'),
    rest: z
      .enum(['keeps', 'zero'])
      .default('keeps')
      .describe('Bytes of no register: keeps reads back what was written, zero reads as 0.'),
  })
  .describe('A base address register.');

const pci = z
  .strictObject({
    vendor: number(16).describe('Vendor ID.'),
    device: number(16).describe('Device ID.'),
    subsystemVendor: number(16).default(0).describe('Subsystem vendor ID.'),
    subsystemDevice: number(16).default(0).describe('Subsystem ID.'),
    class: number(24).default(0xff0000).describe('Class, subclass and programming interface, 24 bits.'),
    revision: number(8).default(0).describe('Revision ID.'),
  })
  .describe('How the device is found.');

export const deviceFileSchema = z
  .strictObject({
    version: z.literal(1).describe('Version of this format: 1.'),
    name: text('name').describe('What the device is called: a chip, a board.'),
    bus: z.literal('pci').describe('The bus that it is on: pci.'),
    pci: pci,
    interrupt: z.enum(['intx', 'none']).default('intx').describe('intx: pin INTA; none: no interrupt.'),
    bars: z.array(bar).min(1, 'names no BAR').describe('Its base address registers.'),
    registers: z.array(register).default([]).describe('Its registers; the rest of a BAR is plain storage.'),
    code: z
      .string()
      .max(255)
      .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\\\0]+\.c$/, 'must name a .c file inside the case folder')
      .optional()
      .describe(
        'What the device does, in C, a file of the case folder; without it, registers are all there is.',
      ),
  })
  .describe('A device for a Millrace case, as data and C.');

/** A device.yaml after its defaults were filled in. */
export type DeviceFile = z.infer<typeof deviceFileSchema>;

/** The JSON Schema that editors read, published as schemas/device.schema.json. */
export function deviceJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(deviceFileSchema, { io: 'input' });
  return { $schema, title: 'Millrace device', ...rest };
}
