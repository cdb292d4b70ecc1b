// How executions are run, as whoever runs them says it for each: what the scheduler is asked about, what happens where
// something fails, who is told.
import type { RacePair } from '../detect/index.js';
import type { Tracer } from './events.js';

/**
 * How closely a program is looked at: which plain accesses are operations that the scheduler is asked about, and which
 * {@link refinements}. It becomes finer as executions show what has to be seen.
 */
export class Grain {
  /** By site: 1 where a plain access is an operation. */
  readonly visible: Uint8Array;
  /** Bit set of {@link refinements}. */
  refined: number;

  constructor({ siteLimit }: { readonly siteLimit: number }, refined = 0) {
    this.visible = new Uint8Array(siteLimit + 1);
    this.refined = refined;
  }

  /** Everything is an operation: the grain that can follow any schedule. */
  static finest(program: { readonly siteLimit: number }): Grain {
    const grain = new Grain(program, -1);
    grain.visible.fill(1);
    return grain;
  }

  /** Accesses at `site` are operations from now on. False when they are already. */
  show(site: number): boolean {
    if (this.visible[site] === 1) return false;
    this.visible[site] = 1;
    return true;
  }

  /** Sites whose accesses are operations, in ascending order. */
  sites(): number[] {
    const sites: number[] = [];
    for (let site = this.visible.indexOf(1); site >= 0; site = this.visible.indexOf(1, site + 1))
      sites.push(site);
    return sites;
  }

  /** Becomes as another grain is. */
  become(sites: readonly number[], refined: number): void {
    this.visible.fill(0);
    for (const site of sites) this.visible[site] = 1;
    this.refined = refined;
  }
}

export interface Mode {
  /**
   * Whether operations without a footprint happen at once, as partial-order reduction wants it; if not, the scheduler
   * is asked about them too.
   */
  readonly eager: boolean;
  /**
   * Whether the others go on when one context has failed, as if that one were slow: partial-order reduction learns from
   * what they still do which other orders there are. What the failed one stood before has no effect on them.
   */
  readonly goesOn: boolean;
  /**
   * Whether loops that wait are recognised. Not where executions are sampled: there time decides who goes on, and what a
   * context does next does not follow from its variables alone.
   */
  readonly findsWaits: boolean;
  readonly tracer: Tracer | null;
  /** Whether a {@link tracer} looks on only: the scheduler decides as it would without, and follows no schedule. */
  readonly looksOn: boolean;
  /** The machine's own when not given. */
  readonly grain?: Grain | undefined;
  readonly onRace: (pair: RacePair) => void;
  /** Asked now and then by an execution that takes long: whether it is to be given up. */
  readonly mustStop: () => boolean;
}

/** Every operation is one that the scheduler is asked about, and a failure ends the execution; nobody is told. */
export const plainMode: Mode = {
  eager: false,
  goesOn: false,
  findsWaits: true,
  tracer: null,
  looksOn: false,
  onRace: () => {},
  mustStop: () => false,
};
