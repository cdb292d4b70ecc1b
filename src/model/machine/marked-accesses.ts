// Marked accesses as the LKMM has them (tools/memory-model/Documentation, v6.12): READ_ONCE() and WRITE_ONCE() are
// volatile, order nothing by themselves, and carry what barriers and releases around them order. A load that gives a
// pointer orders what is reached through it (address dependency, which rcu_dereference() lives on): here it orders all
// that comes after, since the machine does not see through which pointer an address was computed.
import { accessFlags } from '../detect/index.js';
import { touch } from './accesses.js';
import type { Ordering } from './atomics.js';
import type { Machine } from './machine.js';
import type { Import } from './types.js';
import type { VirtualTime } from './virtual-time.js';

const relaxed = 0;
const acquire = 2;

export function markedAccessImports(
  m: Machine,
  ordering: Ordering,
  time: VirtualTime,
): Record<string, Import> {
  const imports: Record<string, Import> = {};
  const isPointer = (value: number) =>
    value >= m.heapStart
      ? value < m.heap.end && m.heap.blockAt(value) !== undefined
      : value >= m.layout.dataStart && value < m.layout.dataEnd;
  for (const size of [1, 2, 4, 8, 16])
    for (const unaligned of ['', 'unaligned_']) {
      imports[`__tsan_${unaligned}volatile_read${size}`] = (address: number, site: number) => {
        if (!time.mayBeRead(address) || !touch(m, address, size, accessFlags.marked, site)) return;
        const pointer = size === 4 && (address & 3) === 0 && isPointer(m.words[address >> 2] as number);
        ordering.read(address, pointer ? acquire : relaxed);
      };
      imports[`__tsan_${unaligned}volatile_write${size}`] = (address: number, site: number) => {
        if (touch(m, address, size, accessFlags.marked | accessFlags.write, site))
          ordering.store(address, relaxed);
      };
    }
  return imports;
}
