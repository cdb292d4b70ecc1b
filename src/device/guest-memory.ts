// Guest memory as the file that QEMU keeps it in (memory-backend-memfd, shared), at the places that QEMU tells.
import { openSync, readSync, writeSync } from 'node:fs';
import type { MemoryRegion } from './proxy-protocol.js';
import type { GuestMemory } from './types.js';

export class FileMemory implements GuestMemory {
  private file: number | null = null;
  private regions: readonly MemoryRegion[] = [];

  /** Errors: those of the file system. */
  open(path: string): void {
    this.file = openSync(path, 'r+');
  }

  place(regions: readonly MemoryRegion[]): void {
    this.regions = regions;
  }

  read(address: number, into: Uint8Array): boolean {
    const at = this.offsetOf(address, into.length);
    return at !== null && this.file !== null && readSync(this.file, into, 0, into.length, at) === into.length;
  }

  write(address: number, from: Uint8Array): boolean {
    const at = this.offsetOf(address, from.length);
    return (
      at !== null && this.file !== null && writeSync(this.file, from, 0, from.length, at) === from.length
    );
  }

  private offsetOf(address: number, size: number): number | null {
    const region = this.regions.find(
      (one) => address >= one.address && address + size <= one.address + one.size,
    );
    return region === undefined ? null : region.offset + (address - region.address);
  }
}
