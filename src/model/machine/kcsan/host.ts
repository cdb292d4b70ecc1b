// The machine as KCSAN's host: who runs, what memory holds, and how a stall becomes virtual time of others.
import type { KcsanHost } from '../../detect/kcsan/index.js';
import { nullPage } from '../layout.js';
import type { Machine } from '../machine.js';
import type { CallStacks } from './call-stacks.js';
import type { VirtualCpus } from './types.js';

/** The kernel that is stood in for has 64 bits: up to so many bytes count as a word. */
const wordBytes = 8;

/** `currentTask`: the address of `current`, where there are tasks. */
export function kcsanHost(
  m: Machine,
  cpus: VirtualCpus,
  stacks: CallStacks,
  currentTask: () => number | null,
): KcsanHost {
  let view: DataView | null = null;
  /** Where struct task_struct has its flags: told by arch/wasm32/kernel/data.c. */
  let flagsOffset: number | null = null;
  const functions = new Map<number, string>();
  return {
    contexts: cpus.contexts,
    cpus: cpus.cpus,
    nullBytes: nullPage,
    wordBytes,
    current: () => cpus.self(m.current),
    cpuOf: (context) => cpus.cpuOf(context),
    inTask: (context) => cpus.inTask(context),
    pidOf: (context) => cpus.pidOf(context),
    commOf: (context) => cpus.commOf(context),
    now: () => cpus.now(),
    callers: (context) => stacks.callers(context),
    functionOf: (site) => {
      let name = functions.get(site);
      if (name === undefined) {
        name = m.program.symbols.place(site).function;
        functions.set(site, name);
      }
      return name;
    },
    isTaskFlags: (address) => {
      const tell = m.exports.millrace_task_flags as (() => number) | undefined;
      const task = tell === undefined ? null : currentTask();
      if (tell === undefined || task === null) return false;
      flagsOffset ??= tell();
      return address === task + flagsOffset;
    },
    read: (address, size) => {
      if (address + size > m.memoryEnd) return 0n;
      view ??= new DataView(m.bytes.buffer);
      if (size === 1) return BigInt(view.getUint8(address));
      if (size === 2) return BigInt(view.getUint16(address, true));
      if (size === 4) return BigInt(view.getUint32(address, true));
      return view.getBigUint64(address, true);
    },
    stall: (nanoseconds, interruptible, address, site) => {
      if (!m.resuming) {
        cpus.busy(nanoseconds, interruptible);
        m.tracer?.event(m.current, { kind: 'watch', nanoseconds }, site, address, 0);
      }
      return m.reach(address, 1, false, 0, 0, site);
    },
  };
}
