// stdlib.h, time.h and unistd.h as far as the machine supplies them. Time is virtual: sleeping promises nothing about
// who comes first, so that it is no operation at all.
import { accessFlags } from '../../detect/index.js';
import { touch } from '../accesses.js';
import { allocateBlock, freeBlock } from '../allocate.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import type { InputValues } from './verifier.js';

type Import = (...args: never[]) => unknown;

export function stdlibImports(m: Machine, inputs: InputValues): Record<string, Import> {
  const allocate = (size: number, site: number, alignment = 8): number =>
    allocateBlock(m, size >>> 0, site, alignment);
  const release = (address: number, site: number): boolean =>
    address === 0 || freeBlock(m, address, site, { free: 'free', allocate: 'malloc' });
  const sleep = (nanoseconds: number) => {
    m.time += nanoseconds;
    return 0;
  };
  const state = m.perExecution({ seed: 1 });
  /** A timespec, or with 1000 nanoseconds to a unit a timeval. */
  const setTime = (at: number, unit: number, site: number) => {
    const time = m.readTime(site);
    m.words[at >> 2] = Math.floor(time / 1e9);
    m.words[(at >> 2) + 1] = Math.floor((time % 1e9) / unit);
  };
  const random = () => {
    inputs.random = true;
    m.changed();
    state.seed = (Math.imul(state.seed, 1103515245) + 12345) & 0x7fffffff;
    return state.seed;
  };
  const namesErrors = ['reach_error', '__VERIFIER_error'].some(
    (name) => m.program.boundary.has(name) || m.program.definedIn(name) !== null,
  );
  const isAssumption = (site: number) => /assume/i.test(m.program.symbols.place(site).function);
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
    // Where errors have a name of their own, this ends an execution that the task does not mean: an assumption.
    abort: (site: number) =>
      namesErrors || isAssumption(site)
        ? m.stall('assumption', site)
        : misuse(m, 'abort() was called', site, 'assertion'),
    exit: (_code: number, site: number) => {
      if (m.reachExit(site)) m.end('complete');
    },
    _exit: (_code: number, site: number) => {
      if (m.reachExit(site)) m.end('complete');
    },
    rand: random,
    random,
    rand_r: (_seed: number) => random(),
    srandom: (value: number) => {
      state.seed = value;
    },
    srand: (value: number) => {
      state.seed = value;
    },
    sleep: (seconds: number) => sleep(seconds * 1e9),
    usleep: (microseconds: number) => sleep(microseconds * 1e3),
    nanosleep: (request: number, _rest: number, site: number) => {
      if (!touch(m, request, 8, 0, site)) return -1;
      return sleep(1);
    },
    clock_nanosleep: (_clock: number, _flags: number, _request: number) => sleep(1),
    time: (at: number, site: number) => {
      const seconds = Math.floor(m.readTime(site) / 1e9);
      if (at !== 0 && touch(m, at, 4, accessFlags.write, site)) m.words[at >> 2] = seconds;
      return seconds;
    },
    clock: (site: number) => Math.floor(m.readTime(site) / 1e3),
    clock_gettime: (_clock: number, at: number, site: number) => {
      if (touch(m, at, 8, accessFlags.write, site)) setTime(at, 1, site);
      return 0;
    },
    gettimeofday: (at: number, _zone: number, site: number) => {
      if (touch(m, at, 8, accessFlags.write, site)) setTime(at, 1000, site);
      return 0;
    },
    getpid: () => 1,
  };
}
