// Memory for devices (kernel/dma/mapping.c, mm/dmapool.c, v6.12). Coherent memory is memory, and its bus address is its
// address. A mapping is an address that is to be given back once, with what it was made of.
import { accessFlags } from '../../detect/index.js';
import { touch } from '../accesses.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import type { Import } from '../types.js';
import type { Allocator } from './kmalloc.js';
import { handleWord, toldNumber } from './object.js';

const zeroed = 0x100;
const poolBytes = 32;
const pageBytes = 4096;

export function dmaImports(m: Machine, allocator: Allocator): Record<string, Import> {
  /** By pool: size of its blocks, and those in use. */
  const pools = m.perExecution(new Map<number, { readonly size: number; readonly blocks: Set<number> }>());
  /** By bus address: sizes that are mapped. */
  const mappings = m.perExecution(new Map<number, number[]>());
  /** An operation on the pool; `isEnd`: its last. Undefined: return at once. */
  const reachPool = (address: number, isEnd: boolean, site: number) => {
    if (!m.reach(handleWord(m, address), 4, isEnd, 0, 0, site)) return undefined;
    const pool = pools.get(address);
    if (pool === undefined) misuse(m, { problem: 'no-object', object: 'DMA-pool' }, site, 'invalid-access');
    return pool;
  };
  /** Stands for what is mapped of a page. */
  const wordOf = (bus: number) => {
    const pages = toldNumber(m, 'millrace_pages', 0);
    const page = pages + Math.floor(bus / pageBytes) * toldNumber(m, 'millrace_page_bytes', 1);
    return handleWord(m, pages === 0 ? 0 : page);
  };
  const createPool = (
    _name: number,
    _device: number,
    size: number,
    _align: number,
    _edge: number,
    site: number,
  ) => {
    const address = m.heap.allocate(m.current, poolBytes, site);
    pools.set(address, { size, blocks: new Set() });
    return address;
  };
  const synchronised =
    (call: string) =>
    (_device: number, bus: number | bigint, ...rest: number[]) => {
      const at = Number(bus);
      if (!m.reach(wordOf(at), 4, false, 0, 0, rest.at(-1) as number)) return;
      const isMapped = [...mappings].some(([start, sizes]) =>
        sizes.some((size) => at >= start && at < start + size),
      );
      if (!isMapped) misuse(m, { problem: 'not-mapped', call }, rest.at(-1) as number, 'invalid-access');
    };
  return {
    dma_alloc_attrs: (
      _device: number,
      size: number,
      busAt: number,
      flags: number,
      _attributes: number,
      site: number,
    ) => {
      if (!touch(m, busAt, 4, accessFlags.write, site)) return 0;
      const address = allocator.allocate(size, flags | zeroed, site);
      if (address !== 0) m.words[busAt >> 2] = address;
      return address;
    },
    dma_free_attrs: (
      _device: number,
      _size: number,
      address: number,
      _bus: number | bigint,
      _attributes: number,
      site: number,
    ) => void allocator.free(address, site),
    dma_pool_create: createPool,
    dma_pool_create_node: (
      name: number,
      device: number,
      size: number,
      align: number,
      edge: number,
      _node: number,
      site: number,
    ) => createPool(name, device, size, align, edge, site),
    dma_pool_alloc: (pool: number, flags: number, busAt: number, site: number) => {
      const { current, stage } = m;
      if (stage[current] === 0) {
        if (!touch(m, busAt, 4, accessFlags.write, site)) return 0;
        stage[current] = 1;
      }
      const known = reachPool(pool, false, site);
      if (known === undefined) return 0;
      stage[current] = 0;
      const address = allocator.allocate(known.size, flags, site);
      if (address === 0) return 0;
      known.blocks.add(address);
      m.words[busAt >> 2] = address;
      return address;
    },
    dma_pool_free: (pool: number, address: number, _bus: number | bigint, site: number) => {
      const { current, stage } = m;
      if (stage[current] === 0) {
        const known = reachPool(pool, false, site);
        if (known === undefined) return;
        known.blocks.delete(address);
        stage[current] = 1;
      }
      if (allocator.free(address, site)) stage[current] = 0;
    },
    dma_pool_destroy: (pool: number, site: number) => {
      if (pool === 0) return;
      const left = reachPool(pool, true, site)?.blocks.size;
      if (left === undefined) return;
      if (left === 0) pools.delete(pool);
      else
        misuse(
          m,
          { problem: 'in-use', call: 'dma_pool_destroy', object: 'DMA-pool', number: left },
          site,
          'memory-leak',
        );
    },
    dma_map_page_attrs: (
      _device: number,
      page: number,
      offset: number,
      size: number,
      _direction: number,
      _attributes: number,
      site: number,
    ) => {
      const number = (page - toldNumber(m, 'millrace_pages', 0)) / toldNumber(m, 'millrace_page_bytes', 1);
      const bus = number * pageBytes + offset;
      if (!m.reach(wordOf(bus), 4, true, 0, 0, site)) return 0;
      mappings.set(bus, [...(mappings.get(bus) ?? []), size]);
      return bus;
    },
    dma_unmap_page_attrs: (
      _device: number,
      bus: number | bigint,
      size: number,
      _direction: number,
      _attributes: number,
      site: number,
    ) => {
      if (!m.reach(wordOf(Number(bus)), 4, true, 0, 0, site)) return;
      const sizes = mappings.get(Number(bus)) ?? [];
      const at = sizes.indexOf(size);
      if (at < 0) misuse(m, { problem: 'not-mapped-so', call: 'dma_unmap_*' }, site, 'invalid-free');
      else mappings.set(Number(bus), sizes.toSpliced(at, 1));
    },
    __dma_need_sync: () => 1,
    __dma_sync_single_for_cpu: synchronised('dma_sync_single_for_cpu'),
    __dma_sync_single_for_device: synchronised('dma_sync_single_for_device'),
    dma_sync_single_for_cpu: synchronised('dma_sync_single_for_cpu'),
    dma_sync_single_for_device: synchronised('dma_sync_single_for_device'),
  };
}
