// PCI configuration space of a device without capabilities: PCI Local Bus Specification 3.0, chapter 6.
import type { Bar, Device } from './types.js';

const size = 256;
const offsets = {
  command: 0x04,
  status: 0x06,
  revision: 0x08,
  bars: 0x10,
  subsystem: 0x2c,
  line: 0x3c,
  pin: 0x3d,
};
const slots = 6;
/** Command bits that a device without special cycles has: I/O, memory, bus master, parity, SERR, interrupts off. */
const commandBits = 0x0547;
const interruptDisable = 0x0400;
const interruptStatus = 0x08;

/** Where the user program tells the device a number: device-specific space, behind the header. */
export const toldOffset = 0xfc;

export class ConfigSpace {
  private readonly bytes = Buffer.alloc(size);
  /** Bits that a write changes. */
  private readonly writable = Buffer.alloc(size);

  private readonly device: Pick<Device, 'bars'>;

  constructor(device: Pick<Device, 'pci' | 'bars' | 'interrupt'>) {
    this.device = device;
    const { pci, bars, interrupt } = device;
    this.bytes.writeUInt16LE(pci.vendor, 0);
    this.bytes.writeUInt16LE(pci.device, 2);
    this.bytes.writeUInt32LE(((pci.class << 8) | pci.revision) >>> 0, offsets.revision);
    this.bytes.writeUInt16LE(pci.subsystemVendor, offsets.subsystem);
    this.bytes.writeUInt16LE(pci.subsystemDevice, offsets.subsystem + 2);
    this.bytes[offsets.pin] = interrupt === 'intx' ? 1 : 0;
    this.writable.writeUInt16LE(commandBits, offsets.command);
    this.writable[0x0c] = 0xff;
    this.writable[offsets.line] = 0xff;
    this.writable.writeUInt32LE(0xffffffff, toldOffset);
    for (const { index, size: bytes, kind } of bars) {
      const at = offsets.bars + 4 * index;
      this.bytes.writeUInt32LE(kind === 'io' ? 1 : 0, at);
      this.writable.writeUInt32LE(~(bytes - 1) >>> 0, at);
    }
  }

  /** Little-endian; zero beyond its end. */
  read(offset: number, bytes: number): number {
    let value = 0;
    for (let index = bytes - 1; index >= 0; index -= 1)
      value = value * 256 + (this.bytes[offset + index] ?? 0);
    return value;
  }

  /** Gives the number that was told to the device, if this is where that is done. */
  write(offset: number, bytes: number, value: number): number | null {
    for (let index = 0; index < bytes && offset + index < size; index += 1) {
      const at = offset + index;
      const mask = this.writable[at] ?? 0;
      this.bytes[at] = ((this.bytes[at] ?? 0) & ~mask) | ((value >>> (8 * index)) & mask);
    }
    return offset === toldOffset && bytes === 4 ? value : null;
  }

  reset(): void {
    this.bytes.writeUInt16LE(0, offsets.command);
    for (let index = 0; index < slots; index += 1)
      this.bytes.writeUInt32LE(
        this.device.bars.some((bar) => bar.index === index && bar.kind === 'io') ? 1 : 0,
        offsets.bars + 4 * index,
      );
  }

  /** The BAR at an absolute address, as the guest has placed them; null where there is none. */
  barAt(address: bigint): { readonly bar: Bar; readonly offset: number } | null {
    for (const bar of this.device.bars) {
      const flags = bar.kind === 'io' ? 0x3 : 0xf;
      const base = BigInt(this.bytes.readUInt32LE(offsets.bars + 4 * bar.index) & ~flags) & 0xffffffffn;
      if (base !== 0n && address >= base && address < base + BigInt(bar.size))
        return { bar, offset: Number(address - base) };
    }
    return null;
  }

  /** The line to which firmware or kernel has routed the interrupt; 0 before they did. */
  get interruptLine(): number {
    return this.bytes[offsets.line] ?? 0;
  }

  /** What the status register says of the line; and whether the guest wants to hear of it. */
  setInterrupt(level: boolean): boolean {
    const status = this.bytes[offsets.status] ?? 0;
    this.bytes[offsets.status] = level ? status | interruptStatus : status & ~interruptStatus;
    return (this.bytes.readUInt16LE(offsets.command) & interruptDisable) === 0;
  }
}
