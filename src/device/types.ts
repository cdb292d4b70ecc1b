// A device as its description has it, checked and expanded: what the machine in machine.ts behaves as.

/**
 * What an access does to a register, as data sheets abbreviate it: read and write; read only (writes are lost); write
 * only (reads as zero); a written 1 clears the bit; a read clears all.
 */
export type RegisterAccess = 'rw' | 'ro' | 'wo' | 'w1c' | 'rc';

export interface Register {
  /** As the data sheet has it; `NAME[3]` for one of an array. */
  readonly name: string;
  readonly bar: number;
  /** In bytes, from the start of the BAR. */
  readonly offset: number;
  /** Bytes: 1, 2 or 4. */
  readonly width: number;
  readonly reset: number;
  readonly access: RegisterAccess;
}

/** Registers of one name, of one or more; device.c names the first by the name and adds the index. */
export interface RegisterArray {
  readonly name: string;
  /** The index in {@link Device.registers} of the first. */
  readonly first: number;
  readonly count: number;
}

export interface Bar {
  readonly index: number;
  /** A power of two, at least 16. */
  readonly size: number;
  readonly kind: 'memory' | 'io';
  /** What bytes of no register do. */
  readonly rest: 'keeps' | 'zero';
}

export interface PciIdentity {
  readonly vendor: number;
  readonly device: number;
  readonly subsystemVendor: number;
  readonly subsystemDevice: number;
  /** 24 bits: class, subclass, programming interface. */
  readonly class: number;
  readonly revision: number;
}

export interface Device {
  readonly name: string;
  readonly bus: 'pci';
  readonly pci: PciIdentity;
  readonly interrupt: 'intx' | 'none';
  readonly bars: readonly Bar[];
  readonly registers: readonly Register[];
  readonly arrays: readonly RegisterArray[];
  /** Absolute path of device.c; null where registers are all there is. */
  readonly code: string | null;
}

/** What a device does beside giving a value. */
export interface Effects {
  /** The level of the interrupt line afterwards; null where it was left alone. */
  irq: boolean | null;
  /** Nanoseconds by which the answer to this access is held back. */
  hold: number;
  /** What it did wrong on purpose: this access gets no answer, or the device is gone from here on. */
  fault: 'no-answer' | 'removed' | null;
  /** Timers to be set, each by its id: a later one takes the place of one that is pending. */
  readonly after: { readonly id: number; readonly nanoseconds: number }[];
}

/** Guest memory, as the device's bus master reaches it. False where there is none. */
export interface GuestMemory {
  read(address: number, into: Uint8Array): boolean;
  write(address: number, from: Uint8Array): boolean;
}

/** What device.c does, as the machine calls it: each call leaves its effects. */
export interface Behaviour {
  reset(): void;
  /** Before the value of a register is taken. */
  read(register: number): void;
  /** After the value was stored. */
  write(register: number, value: number): void;
  timer(id: number): void;
  /** What the user program has told the device. */
  told(value: number): void;
}
