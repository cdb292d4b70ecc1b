// The machine of `millrace check`: what a freestanding C11 program with threads can call.
import { inputError } from '../../base/index.js';
import { callTold, leaving, type Program } from '../link/index.js';
import { accessImports } from './accesses.js';
import { atomicImports } from './atomics.js';
import { threadStack } from './layout.js';
import { type InputValues, libcImports, verifierMark } from './libc/index.js';
import { Machine } from './machine.js';
import { pthreadImports } from './pthread/index.js';
import type { Import, ImportOverride, MachineLimits } from './types.js';
import { weakAtomicImports } from './weak-atomics.js';

const millisecond = 1e6;
/** A power of 2: in milliseconds, some days. */
const longestLeap = 30;

/** A machine for `program`. What the program calls and nobody supplies stops it with an error that names it. */
export function plainCMachine(
  program: Program,
  limits: MachineLimits,
  inputs: InputValues,
  override: ImportOverride = () => ({}),
): Machine {
  return new Machine(program, { stack: threadStack, ...limits }, (m) => {
    m.onStandstill = (leaps) => {
      m.time += millisecond * 2 ** Math.min(leaps, longestLeap);
    };
    const fail = (error: number) => {
      const errnoAt = m.exports.__millrace_errno as { value: number } | undefined;
      if (errnoAt !== undefined) m.words[(errnoAt.value >> 2) + m.current] = error;
      return -1;
    };
    const own: Record<string, Import> = {
      ...accessImports(m),
      ...(m.weak === null ? atomicImports(m) : weakAtomicImports(m, m.weak)),
      ...pthreadImports(m, fail, inputs),
      ...libcImports(m, inputs, fail),
    };
    const mark = own[verifierMark] as (mark: number) => void;
    const told = own[callTold] as (site: number) => void;
    own[callTold] = (site: number) => (site < leaving ? mark(site) : told(site));
    const supplied = { ...own, ...override(m, own) };
    const imports: Record<string, Import> = {};
    for (const [name, { type }] of program.boundary) {
      const one = supplied[name];
      // The site comes behind the arguments: with fewer of them it would be taken for one.
      const fits = one !== undefined && one.length <= type.parameters.length + 1;
      imports[name] = fits ? one : one === undefined ? missing(m, name) : misdeclared(m, name);
    }
    return imports;
  });
}

/** Macros that a program has not included, and what is not modelled at all. */
const hints: Readonly<Record<string, string>> = {
  assert: 'Include <assert.h>: assert() is a macro.',
  static_assert: 'Include <assert.h>: static_assert() is a macro.',
  pthread_cleanup_push: 'Include <pthread.h>: pthread_cleanup_push() is a macro.',
  ...Object.fromEntries(
    ['fork', 'vfork', 'wait', 'waitpid', 'execv', 'execve', 'execvp', 'system', 'pipe', 'kill'].map(
      (name) => [
        name,
        'Start a thread instead, or take the call out: processes and signals are not modelled.',
      ],
    ),
  ),
  ...Object.fromEntries(
    ['signal', 'sigaction', 'raise', 'alarm', 'pthread_kill', 'pthread_sigmask'].map((name) => [
      name,
      'Call the handler from a thread, or take the call out: signals are not modelled.',
    ]),
  ),
  pthread_cancel: 'Let the thread look at a flag, or take the call out: cancellation is not modelled.',
};

function misdeclared(m: Machine, name: string): Import {
  return (...args: never[]) => {
    const place = m.program.symbols.place(Number(args.at(-1)));
    m.abort(
      inputError(`${name}() is called with fewer arguments than it has`, {
        at: { file: place.file, line: place.line },
        hint: `Include the header that declares ${name}(), or call your own function something else.`,
      }),
    );
    return 0;
  };
}

function missing(m: Machine, name: string): Import {
  return (...args: never[]) => {
    const site = Number(args.at(-1));
    const place = m.program.symbols.place(site);
    m.abort(
      inputError(`${name}() is not modelled, and ${place.function}() calls it`, {
        at: { file: place.file, line: place.line },
        hint:
          hints[name] ?? `Define ${name}() in a file of your own and pass it along, or take the call out.`,
      }),
    );
    return 0;
  };
}
