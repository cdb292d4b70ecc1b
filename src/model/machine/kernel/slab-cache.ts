// Slab caches (mm/slab_common.c, mm/slub.c, v6.12): objects of one size, which go back to the cache they came from.
import { inputError } from '../../../base/index.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import type { Import } from '../types.js';
import type { Allocator } from './kmalloc.js';
import { handleWord } from './object.js';

const cacheBytes = 32;
/** Of `ctor` in struct kmem_cache_args on wasm32. */
const constructorOffset = 20;

interface Cache {
  readonly size: number;
  /** Pointer to a function that makes a fresh object; 0 for none. */
  readonly construct: number;
  readonly objects: Set<number>;
}

export function slabCacheImports(m: Machine, allocator: Allocator): Record<string, Import> {
  const caches = m.perExecution(new Map<number, Cache>());
  const create = (size: number, construct: number, site: number) => {
    const address = m.heap.allocate(m.current, cacheBytes, site);
    caches.set(address, { size, construct, objects: new Set() });
    return address;
  };
  /** An operation on the cache: `isEnd`: its last. Null: return at once. */
  const reachCache = (address: number, isEnd: boolean, site: number): Cache | null => {
    if (!m.reach(handleWord(m, address), 4, isEnd, 0, 0, site)) return null;
    const cache = caches.get(address);
    if (cache === undefined)
      misuse(m, { problem: 'no-object', object: 'slab-cache' }, site, 'invalid-access');
    return cache ?? null;
  };
  const take = (address: number, flags: number, site: number) => {
    const cache = reachCache(address, false, site);
    if (cache === null) return 0;
    const object = allocator.allocate(cache.size, flags, site);
    if (object === 0) return 0;
    cache.objects.add(object);
    const construct = m.functionAt(cache.construct);
    construct?.(object);
    // It would have to be suspended inside: constructors lock nothing, and share nothing.
    if (construct !== null && m.suspending && m.trouble === null)
      m.abort(
        inputError('a constructor of a slab cache that waits or races is not modelled', {
          at: m.program.symbols.place(site),
        }),
      );
    return object;
  };
  const takeOnNode = (address: number, flags: number, _node: number, site: number) =>
    take(address, flags, site);
  const takeOfList = (address: number, _lru: number, flags: number, site: number) =>
    take(address, flags, site);
  return {
    __kmem_cache_create_args: (_name: number, size: number, args: number, _flags: number, site: number) =>
      create(size, m.words[(args + constructorOffset) >> 2] as number, site),
    kmem_cache_create: (
      _name: number,
      size: number,
      _alignment: number,
      _flags: number,
      construct: number,
      site: number,
    ) => create(size, construct, site),
    kmem_cache_destroy: (address: number, site: number) => {
      if (address === 0) return;
      const cache = reachCache(address, true, site);
      if (cache === null) return;
      if (cache.objects.size === 0) caches.delete(address);
      else
        misuse(
          m,
          {
            problem: 'in-use',
            call: 'kmem_cache_destroy',
            object: 'slab-cache',
            number: cache.objects.size,
          },
          site,
          'memory-leak',
        );
    },
    kmem_cache_alloc: take,
    kmem_cache_alloc_noprof: take,
    kmem_cache_alloc_node: takeOnNode,
    kmem_cache_alloc_node_noprof: takeOnNode,
    kmem_cache_alloc_lru: takeOfList,
    kmem_cache_alloc_lru_noprof: takeOfList,
    kmem_cache_free: (address: number, object: number, site: number) => {
      const { current, stage } = m;
      if (stage[current] === 0) {
        const cache = reachCache(address, false, site);
        if (cache === null) return;
        if ([...caches.values()].some((other) => other !== cache && other.objects.has(object))) {
          misuse(m, { problem: 'other-cache', call: 'kmem_cache_free' }, site, 'invalid-free');
          return;
        }
        cache.objects.delete(object);
        stage[current] = 1;
      }
      if (allocator.free(object, site)) stage[current] = 0;
    },
  };
}
