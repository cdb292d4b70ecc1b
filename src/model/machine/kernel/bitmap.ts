// Bitmaps and bits that are searched for (lib/bitmap.c, lib/find_bit.c, lib/hweight.c, v6.12), in words of 32 bits.
// What is looked at is read as plain memory, as the kernel's own code reads it.
import { accessFlags } from '../../detect/index.js';
import { touchAll } from '../accesses.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import type { Allocator } from './kmalloc.js';
import { toldNumber } from './object.js';

const zeroed = 0x100;
const wordBits = 32;

export function bitmapImports(m: Machine, allocator: Allocator): Record<string, Import> {
  const bytesOf = (bits: number) => Math.ceil(bits / wordBits) * 4;
  const bitAt = (map: number, bit: number) =>
    ((m.words[(map >> 2) + Math.floor(bit / wordBits)] as number) >>> (bit % wordBits)) & 1;
  /** The first bit of `value` from `start` on, or `size`; -1 to come back. */
  const find = (map: number, size: number, start: number, value: number, site: number): number => {
    let bit = Math.min(start, size);
    while (bit < size && bitAt(map, bit) !== value) bit++;
    const first = Math.floor(start / wordBits) * 4;
    const end = bytesOf(Math.min(bit + 1, size));
    return start >= size || touchAll(m, site, [map + first, end - first, 0]) ? bit : -1;
  };
  const set = (value: number) => (map: number, start: number, length: number, site: number) => {
    if (length <= 0) return;
    const first = Math.floor(start / wordBits) * 4;
    const size = bytesOf(start + length) - first;
    if (!touchAll(m, site, [map + first, size, 0], [map + first, size, accessFlags.write])) return;
    for (let bit = start; bit < start + length; bit++) {
      const word = (map >> 2) + Math.floor(bit / wordBits);
      const mask = 1 << (bit % wordBits);
      m.words[word] = value === 1 ? (m.words[word] as number) | mask : (m.words[word] as number) & ~mask;
    }
  };
  const weight = (map: number, bits: number, site: number): number => {
    if (!touchAll(m, site, [map, bytesOf(bits), 0])) return 0;
    let count = 0;
    for (let bit = 0; bit < bits; bit++) count += bitAt(map, bit);
    return count;
  };
  const zeroArea = (
    map: number,
    size: number,
    start: number,
    count: number,
    alignMask: number,
    alignOffset: number,
    site: number,
  ): number => {
    const aligned = (bit: number) => ((bit + alignOffset + alignMask) & ~alignMask) - alignOffset;
    const isClear = (from: number) => {
      for (let bit = from; bit < from + count; bit++) if (bitAt(map, bit) !== 0) return false;
      return true;
    };
    let index = aligned(start);
    while (index + count <= size && !isClear(index)) index = aligned(index + 1);
    const end = bytesOf(Math.min(index + count, size));
    const first = Math.floor(start / wordBits) * 4;
    return end <= first || touchAll(m, site, [map + first, end - first, 0]) ? index : 0;
  };
  const hweight = (value: number): number => {
    let count = 0;
    for (let rest = value >>> 0; rest !== 0; rest &= rest - 1) count++;
    return count;
  };
  const first = (value: number) => (map: number, size: number, site: number) =>
    find(map, size, 0, value, site);
  const next = (value: number) => (map: number, size: number, start: number, site: number) =>
    find(map, size, start, value, site);
  const allocate = (bits: number, flags: number, site: number) =>
    allocator.allocate(bytesOf(bits), flags, site);
  return {
    bitmap_alloc: allocate,
    bitmap_zalloc: (bits: number, flags: number, site: number) => allocate(bits, flags | zeroed, site),
    bitmap_free: (map: number, site: number) => void allocator.free(map, site),
    __bitmap_set: set(1),
    __bitmap_clear: set(0),
    __bitmap_weight: weight,
    bitmap_find_next_zero_area_off: zeroArea,
    _find_first_bit: first(1),
    _find_first_zero_bit: first(0),
    _find_next_bit: next(1),
    _find_next_zero_bit: next(0),
    // Up to 5.18 without the underscore, and for CPUs a function.
    find_first_bit: first(1),
    find_first_zero_bit: first(0),
    find_next_bit: next(1),
    find_next_zero_bit: next(0),
    cpumask_next: (cpu: number, mask: number, site: number) =>
      find(mask, toldNumber(m, 'millrace_nr_cpus', wordBits), cpu + 1, 1, site),
    __sw_hweight8: (value: number) => hweight(value & 0xff),
    __sw_hweight16: (value: number) => hweight(value & 0xffff),
    __sw_hweight32: hweight,
    __sw_hweight64: (value: bigint) =>
      BigInt(hweight(Number(value & 0xffffffffn)) + hweight(Number((value >> 32n) & 0xffffffffn))),
  };
}
