// Contexts of fixtures/scripts.c that carry out lists of calls of what a machine supplies: programs for which nothing has
// to be compiled.
import { fileURLToPath } from 'node:url';
import { findModelCompiler } from '../../src/model/compile/index.js';
import { explore } from '../../src/model/explore/index.js';
import { testEntry } from '../../src/model/kernel-test/index.js';
import type { Program } from '../../src/model/link/index.js';
import {
  Grain,
  inputsOf,
  type KernelMachine,
  kernelMachine,
  type Machine,
  plainCMachine,
  waits,
} from '../../src/model/machine/index.js';
import type { MemoryModel } from '../../src/model/memory/index.js';
import { compilePrograms, linkPlainC } from '../../src/model/plain-c/index.js';
import { checkOptions } from './programs.js';

const file = fileURLToPath(new URL('fixtures/scripts.c', import.meta.url));

export async function compileScripts(): Promise<Program> {
  const [wasm] = await compilePrograms(await findModelCompiler(), [[file]], { cflags: ['-w'] });
  return linkPlainC(wasm as Uint8Array);
}

/** One call at a site, made again with the same arguments after it was suspended. */
export type Call = (s: Scripts, site: number, role: number) => unknown;

/** Numbers of scripts: up to three sides, and what runs besides them. */
export const roles = { setup: 3, teardown: 4, timer: 5, work: 6, handler: 7 } as const;
/** Of programs that are threads alone. */
export const threadRoles = [0, 1, 2, roles.timer] as const;
const roleCount = 8;
const mostCalls = 16;

/** What all executions of a program come to. */
export interface Outcomes {
  /** What the calls answered and what memory held, where the program came to its end; sorted. */
  readonly ends: readonly string[];
  /** Keys of all that went wrong, sorted. */
  readonly findings: readonly string[];
  readonly executions: number;
}

/** What plain enumeration has and reduction has not, and the other way; null when they agree. */
export function difference(reduced: Outcomes, all: Outcomes): string | null {
  const without = (these: readonly string[], those: readonly string[]) =>
    these.filter((one) => !those.includes(one));
  const parts = {
    missed: without(all.ends, reduced.ends),
    invented: without(reduced.ends, all.ends),
    lost: without(all.findings, reduced.findings),
    // Behind a use of freed memory the others go on by reduction alone, and race with it.
    alleged: without(reduced.findings, all.findings).filter(
      (key) =>
        !(key.startsWith('data-race') && all.findings.some((one) => /^(double|use-after)-free/.test(one))),
    ),
  };
  return Object.values(parts).every(({ length }) => length === 0) ? null : JSON.stringify(parts);
}

type Imports = Readonly<Record<string, (...args: never[]) => unknown>>;

/** A machine whose contexts run scripts. */
export class Scripts {
  readonly m: Machine;
  readonly imports: Imports;
  /** Null on the machine of plain programs. */
  readonly kernel: KernelMachine | null;
  /** By role. */
  calls: readonly (readonly Call[] | undefined)[] = [];
  /** By role: what its calls have answered. */
  readonly answers: unknown[][];
  /** By context: how far its script is. */
  private readonly next: Int32Array;
  private readonly start: number;
  private readonly own: { joined: number; phase: number };

  constructor(program: Program, kind: 'kernel' | 'plain', memoryModel: MemoryModel = 'sc') {
    let imports: Imports = {};
    let machine: Machine | null = null;
    const override = (m: Machine, own: Imports) => {
      imports = own;
      machine = m;
      return { script: (role: number) => this.run(role) };
    };
    const limits = { steps: 3000, memory: 0, memoryModel };
    this.kernel = kind === 'kernel' ? kernelMachine(program, limits, override) : null;
    if (kind === 'plain') plainCMachine(program, limits, inputsOf([0, 1]), override);
    if (machine === null) throw new Error('no machine');
    this.m = machine;
    this.imports = imports;
    this.next = this.m.column();
    this.answers = this.m.perExecution(Array.from({ length: roleCount }, () => []));
    this.own = this.m.perExecution({ joined: 0, phase: 0 });
    this.start = (this.m.exports.memory_start as () => number)();
  }

  /** Address of one of eight objects of 64 bytes. */
  at(object: number, offset = 0): number {
    return this.start + object * 64 + offset;
  }

  /** A function of the program's, for what takes a pointer to one. */
  pointer(name: 'callback_5' | 'callback_6' | 'handler'): number {
    return (this.m.exports[`${name}_pointer`] as () => number)();
  }

  call(name: string, ...args: unknown[]): unknown {
    const one = this.imports[name] as ((...args: unknown[]) => unknown) | undefined;
    if (one === undefined) throw new Error(`the machine has no ${name}`);
    return one(...args);
  }

  /** What the last call of a script has answered. */
  last(role: number): unknown {
    return this.answers[role]?.at(-1);
  }

  private site(role: number, index: number): number {
    return 1 + role * mostCalls + index;
  }

  private run(role: number): number {
    const { m, next } = this;
    const calls = this.calls[role] ?? [];
    let answer: unknown = 0;
    for (let index = next[m.current] as number; index < calls.length; index++) {
      next[m.current] = index;
      answer = (calls[index] as Call)(this, this.site(role, index), role);
      if (m.suspending) return 0;
      (this.answers[role] as unknown[]).push(answer);
    }
    next[m.current] = 0;
    return Number(answer) | 0;
  }

  /** `test`: of the fixture, on the machine for kernel code; any on the other. */
  entry(test: string): (argument: number) => number {
    return this.kernel === null ? () => this.runThreads() : testEntry(this.kernel, test);
  }

  /** As a main() that starts a thread for each side and waits for them. */
  private runThreads(): number {
    const { m, own } = this;
    if (own.phase === 0) {
      this.run(roles.setup);
      if (m.suspending) return 0;
      own.phase = 1;
      for (const side of threadRoles)
        if (this.calls[side] !== undefined) m.spawn(0, () => this.run(side), 0, 0);
    }
    for (; own.joined < m.count - 1; own.joined++) {
      const slot = m.sync.endOf(own.joined + 1);
      m.waitingFor[0] = waits.sides;
      if (!m.reach(-1, 0, false, slot << 1, 0, 0)) return 0;
      m.acquire(slot);
      m.joined();
    }
    return 0;
  }

  /** Of all executions, by reduction or by plain enumeration at the finest grain. */
  async outcomes(
    test: string,
    strategy: 'dpor' | 'bounded',
    maxSchedules = 20_000,
  ): Promise<Outcomes | null> {
    const { m } = this;
    const entry = this.entry(test);
    const ends = new Set<string>();
    const grain = strategy === 'bounded' ? Grain.finest(m.program) : new Grain(m.program);
    grain.refined &= finest;
    const { execute } = m;
    m.execute = (...given) => {
      const ending = execute.apply(m, given);
      if (ending === 'complete') ends.add(this.end());
      return ending;
    };
    try {
      const { complete, stoppedBy, sightings, schedules, redundant } = await explore(m, {
        ...checkOptions,
        strategy,
        preemptions: 1000,
        maxSchedules,
        entry,
        grain,
      });
      if (!complete) {
        if (stoppedBy === 'schedules') return null;
        throw new Error(`not complete: ${stoppedBy}`);
      }
      // A deadlock is known by where contexts stand, some of them between operations that reduction does not tell apart.
      const keys = sightings.map(({ incident }) =>
        incident.kind === 'deadlock' ? incident.kind : incident.key,
      );
      const findings = [...new Set(keys)].sort();
      return { ends: [...ends].sort(), findings, executions: schedules + redundant };
    } finally {
      m.execute = execute;
    }
  }

  private end(): string {
    const words = this.m.words.subarray(this.start >> 2, (this.start + 512) >> 2);
    const memory = [...words.entries()].filter(([, value]) => value !== 0);
    const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);
    return JSON.stringify([this.answers, memory], plain);
  }
}

/** All refinements but that of nesting, which only programs need that can tell. */
const finest = -1 & ~2;
