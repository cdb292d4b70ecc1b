// stdlib.h, time.h and unistd.h as far as the machine supplies them. Time is virtual: sleeping promises nothing about
// who comes first.
import { accessFlags } from '../../detect/index.js';
import { touch, touchAll } from '../accesses.js';
import { allocateBlock, freeBlock } from '../allocate.js';
import type { Machine } from '../machine.js';
import { failAt } from '../misuse.js';
import { VirtualTime } from '../virtual-time.js';
import type { InputValues } from './verifier.js';

type Import = (...args: never[]) => unknown;

export function stdlibImports(m: Machine, inputs: InputValues): Record<string, Import> {
  const allocate = (size: number, site: number, alignment = 8): number =>
    allocateBlock(m, size >>> 0, site, alignment);
  const release = (address: number, site: number): boolean =>
    address === 0 || freeBlock(m, address, site, { free: 'free', allocate: 'malloc' });
  const time = new VirtualTime(m);
  const sleep = (nanoseconds: number, site: number) => {
    if (time.aboutToPass(site)) m.time += nanoseconds;
    return 0;
  };
  /** Reads the clock, and writes it with `set` to `at`, where that is not 0. */
  const tell = (at: number, size: number, set: () => void, site: number) => {
    if (m.stage[m.current] === 0) {
      if (!time.aboutToRead(site)) return;
      m.stage[m.current] = 1;
    }
    if (at !== 0 && !touch(m, at, size, accessFlags.write, site)) return;
    m.stage[m.current] = 0;
    if (at !== 0) set();
  };
  /** Each thread has a sequence of its own, so that nobody's depends on who comes first: less what srand() gave. */
  const seeds = m.column();
  /** A timespec, or with 1000 nanoseconds to a unit a timeval. */
  const setTime = (at: number, unit: number, site: number) => {
    const time = m.readTime(site);
    m.words[at >> 2] = Math.floor(time / 1e9);
    m.words[(at >> 2) + 1] = Math.floor((time % 1e9) / unit);
  };
  const random = () => {
    inputs.random = true;
    m.changed();
    const seed = (seeds[m.current] as number) || m.current + 1;
    seeds[m.current] = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return seeds[m.current] as number;
  };
  const sleepAs = (request: number, site: number) => {
    if (m.stage[m.current] === 0) {
      if (!touch(m, request, 8, 0, site)) return -1;
      m.stage[m.current] = 1;
    }
    const nanoseconds = (m.words[request >> 2] as number) * 1e9 + (m.words[(request >> 2) + 1] as number);
    sleep(nanoseconds, site);
    if (!m.suspending) m.stage[m.current] = 0;
    return 0;
  };
  const seedWith = (value: number) => {
    seeds[m.current] = value;
  };
  const namesErrors = ['reach_error', '__VERIFIER_error'].some(
    (name) => m.program.boundary.has(name) || m.program.definedIn(name) !== null,
  );
  const isAssumption = (site: number) => /assume/i.test(m.program.symbols.place(site).function);
  return {
    malloc: (size: number, site: number) => allocate(size, site),
    calloc: (count: number, size: number, site: number) => {
      const bytes = (count >>> 0) * (size >>> 0);
      const address = bytes > 0x7fffffff ? 0 : allocate(bytes, site);
      if (address !== 0) m.bytes.fill(0, address, address + bytes);
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
      if (!touch(m, at, 4, accessFlags.write, site)) return 0;
      m.words[at >> 2] = allocate(size, site, alignment);
      return 0;
    },
    free: (address: number, site: number) => void release(address, site),
    // Where errors have a name of their own, this ends an execution that the task does not mean: an assumption.
    abort: (site: number) =>
      namesErrors || isAssumption(site)
        ? m.stall('assumption', site)
        : failAt(m, 'assertion', { fact: 'reached', call: 'abort' }, site),
    exit: (_code: number, site: number) => {
      if (m.reachExit(site)) m.end('complete');
    },
    _exit: (_code: number, site: number) => {
      if (m.reachExit(site)) m.end('complete');
    },
    rand: random,
    random,
    rand_r: (seed: number, site: number) => {
      if (!touchAll(m, site, [seed, 4, 0], [seed, 4, accessFlags.write])) return 0;
      inputs.random = true;
      m.words[seed >> 2] = (Math.imul(m.words[seed >> 2] as number, 1103515245) + 12345) & 0x7fffffff;
      return m.words[seed >> 2];
    },
    srandom: seedWith,
    srand: seedWith,
    sleep: (seconds: number, site: number) => sleep(seconds * 1e9, site),
    usleep: (microseconds: number, site: number) => sleep(microseconds * 1e3, site),
    nanosleep: (request: number, _rest: number, site: number) => sleepAs(request, site),
    clock_nanosleep: (_clock: number, _flags: number, request: number, _rest: number, site: number) =>
      sleepAs(request, site),
    time: (at: number, site: number) => {
      const seconds = () => Math.floor(m.readTime(site) / 1e9);
      tell(
        at,
        4,
        () => {
          m.words[at >> 2] = seconds();
        },
        site,
      );
      return m.suspending ? 0 : seconds();
    },
    clock: (site: number) => (time.aboutToRead(site) ? Math.floor(m.readTime(site) / 1e3) : 0),
    clock_gettime: (_clock: number, at: number, site: number) => {
      tell(at, 8, () => setTime(at, 1, site), site);
      return 0;
    },
    gettimeofday: (at: number, _zone: number, site: number) => {
      tell(at, 8, () => setTime(at, 1000, site), site);
      return 0;
    },
    getpid: () => 1,
  };
}
