// The register file of a device: what is read back, and what an access of any width does to it.
import type { Bar, Device, Register } from './types.js';

/** Values of all registers, and the bytes of a BAR that belong to none. */
export class RegisterFile {
  readonly values: Uint32Array;
  private readonly bytes: ReadonlyMap<number, Uint8Array>;
  private readonly at: ReadonlyMap<number, Int32Array>;

  private readonly device: Pick<Device, 'bars' | 'registers'>;

  constructor(device: Pick<Device, 'bars' | 'registers'>) {
    this.device = device;
    this.values = new Uint32Array(device.registers.length);
    this.bytes = new Map(device.bars.map(({ index, size }) => [index, new Uint8Array(size)]));
    const at = new Map(device.bars.map(({ index, size }) => [index, new Int32Array(size).fill(-1)]));
    for (const [id, { bar, offset, width }] of device.registers.entries())
      at.get(bar)?.fill(id, offset, offset + width);
    this.at = at;
    this.reset();
  }

  reset(): void {
    for (const bytes of this.bytes.values()) bytes.fill(0);
    for (const [id, { reset }] of this.device.registers.entries()) this.values[id] = reset;
  }

  /** The registers that an access touches, in the order of their addresses. */
  touched(bar: number, offset: number, size: number): readonly number[] {
    const at = this.at.get(bar);
    if (at === undefined) return [];
    return [...new Set(at.subarray(offset, offset + size))].filter((id) => id >= 0);
  }

  /** What an access of `size` bytes reads, with what reading does. */
  read(bar: number, offset: number, size: number): bigint {
    const cleared = new Set<number>();
    let value = 0n;
    for (let index = 0; index < size; index += 1) {
      const id = this.at.get(bar)?.[offset + index] ?? -1;
      const register = this.device.registers[id];
      const byte =
        register === undefined
          ? (this.bytes.get(bar)?.[offset + index] ?? 0)
          : this.byteOf(id, register, offset + index);
      value |= BigInt(byte) << BigInt(8 * index);
      if (register?.access === 'rc') cleared.add(id);
    }
    for (const id of cleared) this.values[id] = 0;
    return value;
  }

  private byteOf(id: number, { access, offset }: Register, at: number): number {
    return access === 'wo' ? 0 : ((this.values[id] ?? 0) >>> (8 * (at - offset))) & 0xff;
  }

  /**
   * What a write of `size` bytes does. Gives each register that it touched, with what was written to it: of bytes that
   * were not, what stood there.
   */
  write(
    bar: number,
    offset: number,
    size: number,
    value: bigint,
  ): readonly { readonly id: number; readonly written: number }[] {
    const written = new Map<number, { mask: number; bits: number }>();
    for (let index = 0; index < size; index += 1) {
      const byte = Number((value >> BigInt(8 * index)) & 0xffn);
      const id = this.at.get(bar)?.[offset + index] ?? -1;
      const register = this.device.registers[id];
      if (register === undefined) this.writeRest(bar, offset + index, byte);
      else {
        const shift = 8 * (offset + index - register.offset);
        const { mask, bits } = written.get(id) ?? { mask: 0, bits: 0 };
        written.set(id, { mask: mask | (0xff << shift), bits: bits | (byte << shift) });
      }
    }
    return [...written].map(([id, { mask, bits }]) => {
      const before = this.values[id] ?? 0;
      const after = (before & ~mask) | bits;
      const stored = { rw: after, wo: after, ro: before, rc: before, w1c: before & ~(bits & mask) };
      this.values[id] = stored[this.device.registers[id]?.access ?? 'rw'];
      // Of a register whose writes mean something else than a value, the bytes alone.
      const access = this.device.registers[id]?.access;
      return { id, written: (access === 'w1c' ? bits : after) >>> 0 };
    });
  }

  private writeRest(bar: number, at: number, byte: number): void {
    const rest = this.device.bars.find(({ index }: Bar) => index === bar)?.rest;
    const bytes = this.bytes.get(bar);
    if (rest === 'keeps' && bytes !== undefined && at < bytes.length) bytes[at] = byte;
  }
}
