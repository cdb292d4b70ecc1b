// The machine for kernel code: what drivers call and the machine supplies. What nobody supplies stops the run.
import { inputError } from '../../../base/index.js';
import type { Program } from '../../link/index.js';
import { accessImports } from '../accesses.js';
import { atomicImports } from '../atomics.js';
import { readString } from '../libc/text.js';
import { Machine } from '../machine.js';
import type { MachineLimits } from '../types.js';
import { mmioImports } from './mmio.js';
import { printkImports } from './printk.js';
import { CpuState, spinlockImports } from './spinlock.js';
import { Timers } from './timer.js';

type Import = (...args: never[]) => unknown;

export interface KernelMachine {
  readonly machine: Machine;
  readonly cpu: CpuState;
  readonly timers: Timers;
  /** Of the functions that the program leaves undefined, those that the machine has. */
  readonly supplied: ReadonlySet<string>;
}

/** A machine for `program`. Functions that it calls and that have no definition end the run with an input error. */
export function kernelMachine(program: Program, limits: MachineLimits): KernelMachine {
  const cpu = new CpuState();
  let timers: Timers | undefined;
  const has = new Set<string>();
  const machine = new Machine(program, limits, (m) => {
    timers = new Timers(m, cpu);
    const supplied: Record<string, Import> = {
      ...accessImports(m, true),
      ...atomicImports(m),
      ...spinlockImports(m, cpu),
      ...mmioImports(m),
      ...timers.imports(),
      ...printkImports(m),
      millrace_expect: (_verdict: number, holds: number, text: number, site: number) => {
        if (holds === 0) m.note(failedInvariant(m, readString(m, text), site));
      },
    };
    for (const name of program.boundary.keys()) if (supplied[name] !== undefined) has.add(name);
    return Object.fromEntries(
      [...program.boundary.keys()].map((name) => [name, supplied[name] ?? boundaryStop(m, name)]),
    );
  });
  return { machine, cpu, timers: timers as Timers, supplied: has };
}

function failedInvariant(m: Machine, text: string, site: number) {
  return {
    kind: 'assertion' as const,
    message: `does not hold: ${text}`,
    sites: [site],
    contexts: [m.current],
    key: `assertion ${site}`,
  };
}

function boundaryStop(m: Machine, name: string): Import {
  return (...args: never[]) => {
    const place = m.program.symbols.place(Number(args.at(-1)));
    m.abort(
      inputError(`${name}() is not supplied by the machine, and ${place.function}() calls it`, {
        at: { file: place.file, line: place.line },
        hint: `Fake ${name}() in the harness, or add the file that defines it to \`sources\`.`,
      }),
    );
    return 0;
  };
}
