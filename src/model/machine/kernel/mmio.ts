// Device registers: memory of the harness's, or what it maps. Each access is an operation that others can come
// before and behind, and none is a data race: to the compiler they are volatile, to the LKMM marked. Ports are bytes that
// the harness supplies.
import { inputError } from '../../../base/index.js';
import { accessFlags } from '../../detect/index.js';
import { invalidAccess, isGone, isThere } from '../accesses.js';
import { accessEvent } from '../events.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import { DeviceRegisters } from './device-registers.js';
import { toldNumber } from './object.js';

/** PCI_IOBASE and IO_SPACE_LIMIT, arch/wasm32/include/asm/io.h. */
const portBase = 0xf0000000;
const portCount = 0x10000;

export function mmioImports(m: Machine): Record<string, Import> {
  const registers = new DeviceRegisters(m);
  const enter = (address: number, size: number, write: boolean, site: number): boolean => {
    if (!isThere(m, address, size, write)) return invalidAccess(m, address, size, write, site);
    const changes = write || registers.readChanges(address, size);
    if (!m.reach(address, size, changes, 0, 0, site)) return false;
    if (isGone(m, address, size)) return invalidAccess(m, address, size, write, site);
    if (!m.alone)
      m.detector.access(m.current, address, size, accessFlags.marked | (write ? accessFlags.write : 0), site);
    m.tracer?.event(m.current, accessEvent(write ? 'write' : 'read', 'register'), site, address, size);
    return true;
  };
  /** The address of a register; -1 with the run ended where it is a port that nobody supplies. */
  const placeOf = (address: number, write: boolean, site: number): number => {
    const port = (address >>> 0) - portBase;
    if (port < 0 || port >= portCount) return address;
    const first = toldNumber(m, 'millrace_ports_first', 0);
    const known = port - first;
    if (known >= 0 && known < toldNumber(m, 'millrace_ports_count', 0))
      return toldNumber(m, 'millrace_ports_bytes', 0) + known;
    const place = m.program.symbols.place(site);
    m.abort(
      inputError(
        `port 0x${port.toString(16)} is not supplied, and ${place.function}() ${write ? 'writes' : 'reads'} it`,
        {
          at: { file: place.file, line: place.line },
          hint: `Supply it in the harness: MILLRACE_PORTS(0x${port.toString(16)}, 1) makes it a byte of millrace_ports[].`,
        },
      ),
    );
    return -1;
  };
  let made: DataView | undefined;
  const view = () => (made ??= new DataView(m.memory.buffer));
  const read =
    <T extends number | bigint>(size: number, zero: T, get: (view: DataView, address: number) => T) =>
    (given: number, site: number): T => {
      const address = placeOf(given, false, site);
      if (address === -1 || !enter(address, size, false, site)) return zero;
      if (registers.isPlain(address, size)) return get(view(), address);
      const behind = registers.beforeRead(address, size, view());
      const value = get(view(), address);
      behind();
      m.changed();
      return value;
    };
  const write =
    <T extends number | bigint>(size: number, set: (view: DataView, address: number, value: T) => void) =>
    (value: T, given: number, site: number): void => {
      const address = placeOf(given, true, site);
      if (address === -1 || !enter(address, size, true, site)) return;
      if (registers.isPlain(address, size)) set(view(), address, value);
      else {
        const before = new Uint8Array(m.memory.buffer.slice(address, address + size));
        set(view(), address, value);
        registers.afterWrite(address, before, view());
      }
      m.changed();
    };
  return {
    ...registers.imports(),
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
