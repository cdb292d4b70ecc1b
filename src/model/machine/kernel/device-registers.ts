// Registers that do more than memory does, as a harness describes them (include/millrace_registers.h): what an access
// from the bus does to each, in the one step that the access is.
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';

/** enum millrace_register_access. */
const accessOf = { readOnly: 1, writeOnly: 2, oneClears: 3, readClears: 4 } as const;
/** struct millrace_register: seven words. */
const words = { offset: 1, width: 2, access: 3, count: 4, stride: 5, all: 7 } as const;

interface Described {
  readonly start: number;
  readonly width: number;
  readonly access: number;
}

export class DeviceRegisters {
  private readonly m: Machine;
  /** By the address of each byte. */
  private readonly at: Map<number, Described>;

  constructor(m: Machine) {
    this.m = m;
    this.at = m.perExecution(new Map<number, Described>());
  }

  imports(): Record<string, Import> {
    return {
      millrace_registers_at: (base: number, table: number, count: number) => {
        for (let index = 0; index < count; index += 1) this.describe(base, (table >> 2) + index * words.all);
      },
    };
  }

  private describe(base: number, entry: number): void {
    const word = (index: number) => this.m.words[entry + index] as number;
    const [width, access] = [word(words.width), word(words.access)];
    for (let element = 0; element < Math.max(1, word(words.count)); element += 1) {
      const start = base + word(words.offset) + element * word(words.stride);
      for (let byte = 0; byte < width; byte += 1) this.at.set(start + byte, { start, width, access });
    }
  }

  /** Whether reading changes what is there, for others too. */
  readChanges(address: number, size: number): boolean {
    return this.some(address, size, accessOf.readClears);
  }

  /** Whether the access is to plain memory, as most are. */
  isPlain(address: number, size: number): boolean {
    if (this.at.size === 0) return true;
    for (let byte = address; byte < address + size; byte += 1) if (this.at.has(byte)) return false;
    return true;
  }

  private some(address: number, size: number, access: number): boolean {
    if (this.at.size === 0) return false;
    for (let byte = address; byte < address + size; byte += 1)
      if (this.at.get(byte)?.access === access) return true;
    return false;
  }

  /** Before the value is taken from memory: what is not to be seen there. Gives what to do behind it. */
  beforeRead(address: number, size: number, memory: DataView): () => void {
    const cleared: Described[] = [];
    const hidden: (readonly [at: number, value: number])[] = [];
    for (let byte = address; byte < address + size; byte += 1) {
      const register = this.at.get(byte);
      if (register?.access === accessOf.readClears) cleared.push(register);
      if (register?.access === accessOf.writeOnly) hidden.push([byte, memory.getUint8(byte)]);
    }
    for (const [at] of hidden) memory.setUint8(at, 0);
    return () => {
      for (const [at, value] of hidden) memory.setUint8(at, value);
      for (const { start, width } of cleared)
        for (let byte = start; byte < start + width; byte += 1) memory.setUint8(byte, 0);
    };
  }

  /** Behind the write of the bytes as they are: what they become. `before` are those from before it. */
  afterWrite(address: number, before: Uint8Array, memory: DataView): void {
    for (const [index, old] of before.entries()) {
      const byte = address + index;
      const access = this.at.get(byte)?.access;
      if (access === accessOf.readOnly || access === accessOf.readClears) memory.setUint8(byte, old);
      if (access === accessOf.oneClears) memory.setUint8(byte, old & ~memory.getUint8(byte));
    }
  }
}
