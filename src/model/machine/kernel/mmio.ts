// Device registers: memory of the harness's, or what it maps. Each access is an operation that others can come
// before and behind, and none is a data race: to the compiler they are volatile, to the LKMM marked.
import { accessFlags } from '../../detect/index.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';

export function mmioImports(m: Machine): Record<string, Import> {
  const imports: Record<string, Import> = {};
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
  for (const bits of [8, 16, 32] as const) {
    imports[`millrace_mmio_read${bits}`] = (address: number, site: number) =>
      enter(address, bits / 8, false, site) ? view()[`getUint${bits}`](address, true) : 0;
    imports[`millrace_mmio_write${bits}`] = (value: number, address: number, site: number) => {
      if (!enter(address, bits / 8, true, site)) return;
      view()[`setUint${bits}`](address, value, true);
      m.changed();
    };
  }
  imports.millrace_mmio_read64 = (address: number, site: number) =>
    enter(address, 8, false, site) ? view().getBigUint64(address, true) : 0n;
  imports.millrace_mmio_write64 = (value: bigint, address: number, site: number) => {
    if (!enter(address, 8, true, site)) return;
    view().setBigUint64(address, value, true);
    m.changed();
  };
  return imports;
}
