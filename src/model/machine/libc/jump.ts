// setjmp() and longjmp() (C11 7.13). setjmp() stops its thread for a moment, which saves all of its frames, and keeps
// a copy; longjmp() stops it again and puts the copy in their place. Variables lie on the stack, which is left alone, so
// they have their last values; what the copy holds are the temporaries of the functions that are still to return.
import { accessFlags } from '../../detect/index.js';
import { touch } from '../accesses.js';
import type { SavedFrames } from '../coroutines.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import type { Import } from '../types.js';

interface JumpTarget {
  readonly context: number;
  frames: SavedFrames | null;
}

/** Stages of a call of setjmp(): before its frames are saved, and behind that. */
const stages = { saving: 1 } as const;

export function jumpImports(m: Machine): Record<string, Import> {
  /** By the number that setjmp() has put into the buffer. */
  const targets: JumpTarget[] = m.perExecution([]);
  const values = m.column();
  const set = (buffer: number, site: number): number => {
    const { current } = m;
    if (m.stage[current] === stages.saving) {
      m.resume();
      m.stage[current] = 0;
      const value = values[current] as number;
      values[current] = 0;
      return value;
    }
    if (!touch(m, buffer, 4, accessFlags.write, site)) return 0;
    const target: JumpTarget = { context: current, frames: null };
    m.words[buffer >> 2] = targets.push(target);
    m.stage[current] = stages.saving;
    m.pause((frames) => {
      target.frames = frames;
      return frames;
    });
    return 0;
  };
  const jump = (buffer: number, value: number, site: number): void => {
    const { current } = m;
    if (!touch(m, buffer, 4, 0, site)) return;
    const target = targets[(m.words[buffer >> 2] as number) - 1];
    const frames = target?.frames ?? null;
    if (target === undefined || frames === null) misuse(m, { problem: 'before-setjmp' }, site);
    else if (target.context !== current) misuse(m, { problem: 'other-thread', who: target.context }, site);
    else if (m.stackPointer > frames.stackPointer) misuse(m, { problem: 'returned-function' }, site);
    else {
      m.tracer?.event(current, { kind: 'operation', call: 'longjmp' }, site, 0, 0);
      values[current] = value === 0 ? 1 : value;
      m.stage[current] = stages.saving;
      m.pause(() => frames);
    }
  };
  return { setjmp: set, _setjmp: set, __sigsetjmp: set, longjmp: jump, _longjmp: jump, siglongjmp: jump };
}
