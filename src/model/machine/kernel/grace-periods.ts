// Grace periods of RCU and of each SRCU domain: one ends when all read sections have ended that had begun before it; what
// they did comes before its end, and what came before its beginning comes before every section that begins later.
import { contextsOf } from '../context-set.js';
import type { Machine } from '../machine.js';

export interface GracePeriod {
  /** Its first gate opens at its end. */
  readonly slot: number;
  /** Bit set of contexts whose sections it waits for. */
  readers: number;
}

export class GracePeriods {
  private readonly m: Machine;
  private readonly inSection: (context: number) => boolean;
  private periods: GracePeriod[] = [];
  /** Slots: what came before the periods that have begun; what the sections that have ended did. */
  private begun = 0;
  private ended = 0;

  constructor(m: Machine, inSection: (context: number) => boolean) {
    this.m = m;
    this.inSection = inSection;
  }

  /** In the step of the caller's. */
  begin(): GracePeriod {
    const { m } = this;
    const period = { slot: m.sync.create(0, 'other'), readers: 0 };
    for (const context of contextsOf(m.living))
      if (context !== m.current && this.inSection(context)) period.readers |= 1 << context;
    m.sync.gates[period.slot << 1] = period.readers === 0 ? 1 : 0;
    if (period.readers !== 0) this.periods.push(period);
    // Of sections that begin from now on, the updater learns nothing.
    if (this.ended !== 0) m.detector.copySlot(this.ended, period.slot);
    if (this.begun === 0) this.begun = m.sync.create(0, 'other');
    m.release(this.begun);
    return period;
  }

  /** The current context enters its outermost section. */
  entered(): void {
    if (this.begun !== 0) this.m.acquire(this.begun);
  }

  /** The current context has left all of its sections. */
  left(): void {
    const { m } = this;
    if (this.ended === 0) this.ended = m.sync.create(0, 'other');
    m.release(this.ended);
    const bit = 1 << m.current;
    for (const period of this.periods) {
      if ((period.readers & bit) === 0) continue;
      period.readers &= ~bit;
      m.release(period.slot);
      if (period.readers === 0) m.sync.gates[period.slot << 1] = 1;
    }
    if (this.periods.length > 0) this.periods = this.periods.filter(({ readers }) => readers !== 0);
  }
}
