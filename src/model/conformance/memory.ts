// kmalloc() for the suite, which allocates in a loop that runs for seconds: here, unlike elsewhere on the machine,
// memory that was freed is used again.
import type { Import, Machine } from '../machine/index.js';

export function memoryImports(m: Machine): Record<string, Import> {
  const free = new Map<number, number[]>();
  const sizes = new Map<number, number>();
  m.onReset.push(() => {
    free.clear();
    sizes.clear();
  });
  const allocate = (size: number, site: number): number => {
    const address = free.get(size)?.pop() ?? m.heap.allocate(m.current, size, site);
    if (address === 0) return 0;
    sizes.set(address, size);
    m.bytes.fill(0, address, address + size);
    return address;
  };
  return {
    __kmalloc_noprof: (size: number, _flags: number, site: number) => allocate(size, site),
    __kmalloc_cache_noprof: (_cache: number, _flags: number, size: number, site: number) =>
      allocate(size, site),
    kfree: (address: number) => {
      const size = sizes.get(address);
      if (size === undefined) return;
      sizes.delete(address);
      const list = free.get(size);
      if (list === undefined) free.set(size, [address]);
      else list.push(address);
    },
  };
}
