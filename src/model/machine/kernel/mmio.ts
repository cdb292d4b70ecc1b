// Device registers: memory of the harness's, or what it maps. Each access is an operation that others can come
// before and behind, and none is a data race: to the compiler they are volatile, to the LKMM marked.
import { accessFlags } from '../../detect/index.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';

export function mmioImports(m: Machine): Record<string, Import> {
  const enter = (address: number, size: number, write: boolean, site: number): boolean => {
    if (!m.reach(address, size, write, 0, 0, site)) return false;
    if (!m.alone)
      m.detector.access(m.current, address, size, accessFlags.marked | (write ? accessFlags.write : 0), site);
    if (m.tracer !== null)
      m.tracer.operation(m.current, write ? 'write register' : 'read register', site, address, size);
    return true;
  };
  let made: DataView | undefined;
  const view = () => (made ??= new DataView(m.memory.buffer));
  const read =
    <T extends number | bigint>(size: number, zero: T, get: (view: DataView, address: number) => T) =>
    (address: number, site: number): T =>
      enter(address, size, false, site) ? get(view(), address) : zero;
  const write =
    <T extends number | bigint>(size: number, set: (view: DataView, address: number, value: T) => void) =>
    (value: T, address: number, site: number): void => {
      if (!enter(address, size, true, site)) return;
      set(view(), address, value);
      m.changed();
    };
  return {
    millrace_mmio_read8: read(1, 0, (memory, at) => memory.getUint8(at)),
    millrace_mmio_read16: read(2, 0, (memory, at) => memory.getUint16(at, true)),
    millrace_mmio_read32: read(4, 0, (memory, at) => memory.getUint32(at, true)),
    millrace_mmio_read64: read(8, 0n, (memory, at) => memory.getBigUint64(at, true)),
    millrace_mmio_write8: write<number>(1, (memory, at, value) => memory.setUint8(at, value)),
    millrace_mmio_write16: write<number>(2, (memory, at, value) => memory.setUint16(at, value, true)),
    millrace_mmio_write32: write<number>(4, (memory, at, value) => memory.setUint32(at, value, true)),
    millrace_mmio_write64: write<bigint>(8, (memory, at, value) => memory.setBigUint64(at, value, true)),
  };
}
