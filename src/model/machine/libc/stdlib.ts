// stdlib.h, time.h and unistd.h as far as the machine supplies them. Time is virtual: sleeping promises nothing about
// who comes first, so that it is no operation at all.
import { accessFlags } from '../../detect/index.js';
import { touch } from '../accesses.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';

type Import = (...args: never[]) => unknown;

/** What fresh memory holds, so that a program that relies on zeroes is seen to. */
const freshByte = 0xa5;

export function stdlibImports(m: Machine): Record<string, Import> {
  const allocate = (size: number, site: number, alignment = 8): number => {
    const address = m.heap.allocate(m.current, size >>> 0, site, alignment);
    if (address !== 0) m.bytes.fill(freshByte, address, address + size);
    m.tracer?.operation(m.current, `allocate ${size}`, site, address, 0);
    return address;
  };
  const release = (address: number, site: number): boolean => {
    if (address === 0) return true;
    const block = address >= m.heap.start ? m.heap.blockAt(address) : undefined;
    if (block === undefined || block.address !== address) {
      misuse(m, 'free() of what malloc() did not give', site, 'invalid-free');
      return false;
    }
    if (m.visible[site] === 0) m.steps++;
    else if (!m.reach(address, Math.max(block.size, 1), true, 0, 0, site)) return false;
    if (!m.alone) m.detector.access(m.current, address, Math.max(block.size, 1), accessFlags.write, site);
    if (block.freeSite !== 0) {
      m.fail({
        kind: 'double-free',
        message: `free() of a block that T${block.freedBy} has freed`,
        sites: [site, block.freeSite],
        contexts: [m.current, block.freedBy],
        key: `double-free ${site}`,
      });
      return false;
    }
    m.tracer?.operation(m.current, 'free', site, address, block.size);
    m.heap.free(block, m.current, site);
    m.changed();
    return true;
  };
  const sleep = (nanoseconds: number) => {
    m.time += nanoseconds;
    return 0;
  };
  let seed = 1;
  m.onReset.push(() => {
    seed = 1;
  });
  const random = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return seed;
  };
  return {
    malloc: (size: number, site: number) => allocate(size, site),
    calloc: (count: number, size: number, site: number) => {
      const address = allocate(count * size, site);
      if (address !== 0) m.bytes.fill(0, address, address + count * size);
      return address;
    },
    realloc: (old: number, size: number, site: number) => {
      if (m.resuming) return release(old, site) ? (m.results[m.current] as number) : 0;
      const address = allocate(size, site);
      const block = old === 0 ? undefined : m.heap.blockAt(old);
      if (block !== undefined && address !== 0)
        m.bytes.copyWithin(address, old, old + Math.min(size, block.size));
      m.results[m.current] = address;
      return release(old, site) ? address : 0;
    },
    aligned_alloc: (alignment: number, size: number, site: number) => allocate(size, site, alignment),
    posix_memalign: (at: number, alignment: number, size: number, site: number) => {
      m.words[at >> 2] = allocate(size, site, alignment);
      return 0;
    },
    free: (address: number, site: number) => void release(address, site),
    abort: (site: number) => misuse(m, 'abort() was called', site, 'assertion'),
    exit: (_code: number, site: number) => {
      if (m.reachExit(site)) m.end('complete');
    },
    _exit: (_code: number, site: number) => {
      if (m.reachExit(site)) m.end('complete');
    },
    rand: random,
    random,
    srand: (value: number) => {
      seed = value;
    },
    sleep: (seconds: number) => sleep(seconds * 1e9),
    usleep: (microseconds: number) => sleep(microseconds * 1e3),
    nanosleep: (request: number, _rest: number, site: number) => {
      if (!touch(m, request, 16, 0, site)) return -1;
      return sleep(1);
    },
    time: (at: number, site: number) => {
      const seconds = BigInt(Math.floor(m.time / 1e9));
      if (at !== 0 && touch(m, at, 8, accessFlags.write, site))
        new DataView(m.memory.buffer).setBigInt64(at, seconds, true);
      return seconds;
    },
    clock_gettime: (_clock: number, at: number) => {
      const view = new DataView(m.memory.buffer);
      view.setBigInt64(at, BigInt(Math.floor(m.time / 1e9)), true);
      view.setInt32(at + 8, m.time % 1e9, true);
      return 0;
    },
  };
}
