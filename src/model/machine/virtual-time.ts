// Virtual time: it goes on by what code waits. Who reads the clock can tell whether somebody else has waited before; in a
// program in which nobody reads it while others run, waiting is no operation.
import type { Machine } from './machine.js';
import { refinements } from './types.js';

/** In the null page, where no object of a program lies: the clock, where it is no variable of the program's. */
const clockWord = 0x2c0;

export class VirtualTime {
  private readonly m: Machine;
  /** Address that whoever moves or reads the clock touches. */
  private readonly state: { word: number };

  constructor(m: Machine) {
    this.m = m;
    this.state = m.perExecution({ word: clockWord });
  }

  /** The clock is a variable of the program's from now on, or none when 0. */
  set variable(address: number) {
    this.state.word = address === 0 ? clockWord : address;
  }

  /** The current context is about to let time pass. False: return at once. */
  aboutToPass(site: number): boolean {
    const { m } = this;
    if ((m.refined & refinements.time) !== 0) return m.reach(this.state.word, 4, true, 0, 0, site);
    m.steps++;
    return true;
  }

  /** The current context is about to read the clock. False: return at once. */
  aboutToRead(site: number): boolean {
    return this.matters() && this.m.reach(this.state.word, 4, false, 0, 0, site);
  }

  /** The program reads the word at `address` by itself; it may be the clock. False: return at once. */
  mayBeRead(address: number): boolean {
    return address !== this.state.word || this.matters();
  }

  /** False when the execution ends because somebody reads the clock who was not known to. */
  private matters(): boolean {
    const { m } = this;
    return m.alone || !m.refine(refinements.time);
  }
}
