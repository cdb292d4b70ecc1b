// The kernel's memory model: which executions it allows, and which of those contain a data race
// (tools/memory-model/linux-kernel.cat, linux-kernel.bell and lock.cat, v6.12; explained in
// tools/memory-model/Documentation/explanation.txt). Each line below is one of the model's own definitions.
import type { Candidate } from './candidate.js';
import type { Communication } from './events.js';
import { EventSet, Relation } from './relation.js';

/** What is wrong with a test or its executions, by the model's own names. */
export type Flag =
  | 'data-race'
  | 'mixed-accesses'
  | 'unmatched-rcu-lock'
  | 'unmatched-rcu-unlock'
  | 'unmatched-srcu-lock'
  | 'unmatched-srcu-unlock'
  | 'multiple-srcu-matches'
  | 'srcu-bad-value-match'
  | 'invalid-sleep'
  | 'unmatched-unlock'
  | 'mixed-lock-accesses';

/** What the program alone decides: computed once for all communications between the same events. */
export class Model {
  private readonly candidate: Candidate;
  private readonly identity: Relation;
  private readonly marked: EventSet;
  private readonly plain: EventSet;
  private readonly noreturn: EventSet;
  private readonly returning: EventSet;
  private readonly rmw: Relation;
  private readonly mb: Relation;
  private readonly rmb: Relation;
  private readonly wmb: Relation;
  private readonly gp: Relation;
  private readonly nonrwFence: Relation;
  private readonly poRel: Relation;
  private readonly rcuScs: Relation;
  private readonly hasGracePeriods: boolean;

  constructor(candidate: Candidate) {
    this.candidate = candidate;
    const { po, memory, reads, writes, size } = candidate;
    const all = new EventSet(size).complement();
    this.identity = Relation.identity(all);
    const lockWrites = candidate.ofKind('lock-write');
    this.rmw = candidate.rmw;
    const atomics = candidate.where((event) => event.atomic);
    this.marked = memory
      .complement()
      .union(candidate.initial)
      .union(candidate.ordered('once', 'acquire', 'release', 'srcu-lock', 'srcu-unlock'))
      .union(this.rmw.domain())
      .union(this.rmw.range())
      .union(candidate.ofKind('lock-read', 'lock-write', 'unlock', 'lock-fail', 'read-unlocked'));
    this.plain = memory.minus(this.marked);
    this.noreturn = candidate.ordered('noreturn');
    this.returning = reads.minus(this.noreturn);

    const acquire = candidate.ordered('acquire').union(candidate.ofKind('lock-read'));
    const release = candidate.ordered('release').union(candidate.ofKind('unlock'));
    const poOptional = po.optional();
    this.rmb = candidate.fenced('rmb').restrict(this.returning, this.returning);
    this.wmb = candidate.fenced('wmb').restrict(writes, writes);
    this.poRel = po.restrict(memory, release);
    const acqPo = po.restrict(acquire, memory);
    this.mb = candidate
      .fenced('mb')
      .restrict(memory, memory)
      .union(
        candidate.fenced('before-atomic').restrict(memory, atomics).seq(poOptional).restrict(null, memory),
        poOptional.restrict(memory, atomics).seq(candidate.fenced('after-atomic')).restrict(null, memory),
        poOptional
          .restrict(memory, lockWrites)
          .seq(candidate.fenced('after-spinlock'))
          .restrict(null, memory),
        poOptional
          .restrict(memory, candidate.ordered('srcu-unlock'))
          .seq(candidate.fenced('after-srcu-read-unlock'))
          .restrict(null, memory),
      );
    const gracePeriods = candidate.ofKind('sync-rcu', 'sync-srcu');
    this.gp = po.restrict(null, gracePeriods).seq(poOptional);
    this.hasGracePeriods = !gracePeriods.isEmpty;
    this.nonrwFence = this.poRel.union(acqPo);
    this.rcuScs = criticalSections(candidate);
  }

  /**
   * Answers what is flagged in an execution, or null when the model forbids it. Of a communication that is known in part
   * (`isWhole` false) nothing is flagged; what the model asks for grows with the communication, so that what is forbidden
   * then stays so.
   */
  judge({ readsFrom, coherence }: Communication, isWhole = true): readonly Flag[] | null {
    const { candidate, identity, marked, plain, noreturn, returning } = this;
    const { size, po, loc, int, ext, poLoc, memory, reads, writes, initial } = candidate;
    const rf = new Relation(size);
    for (const [write, read] of readsFrom) rf.add(write, read);
    const co = new Relation(size);
    for (const order of coherence)
      for (let later = 1; later < order.length; later++)
        for (let earlier = 0; earlier < later; earlier++)
          co.add(order[earlier] as number, order[later] as number);
    const fr = rf.inverse().seq(co);
    const rfe = rf.intersect(ext);
    const rfi = rf.intersect(int);
    if (!poLoc.union(rf, co, fr).isAcyclic) return null;
    if (!this.rmw.intersect(fr.intersect(ext).seq(co.intersect(ext))).isEmpty) return null;

    // Dependencies carried through plain accesses.
    const carryDep = candidate.data
      .restrict(null, candidate.ordered('srcu-unlock').complement())
      .seq(rfi)
      .star();
    const addr = carryDep.seq(candidate.addr);
    const ctrl = carryDep.seq(candidate.ctrl);
    const data = carryDep.seq(candidate.data);

    // Instruction execution ordering.
    const unlocks = candidate.ofKind('unlock');
    const lockReads = candidate.ofKind('lock-read');
    const poUnlockLockPo = po.restrict(null, unlocks).seq(po.union(rf).restrict(null, lockReads), po);
    const mb = this.mb.union(
      poUnlockLockPo.restrict(memory, candidate.ofKind('after-unlock-lock')).seq(po).restrict(null, memory),
    );
    const nonrwFence = this.nonrwFence.union(mb, this.gp);
    const fence = nonrwFence.union(this.wmb, this.rmb);
    const dep = addr.union(data);
    const overwrite = co.union(fr);
    const toWrite = dep
      .union(ctrl)
      .restrict(null, writes)
      .union(overwrite.intersect(int), addr.restrict(null, plain).seq(this.wmb));
    const toRead = addr.restrict(null, reads).union(dep.restrict(null, marked).seq(rfi));
    const ppo = toRead.union(toWrite, fence.intersect(int), poUnlockLockPo.intersect(int));

    // Propagation: ordering from release operations and strong fences.
    const strongFence = mb.union(this.gp);
    const rfeMarked = rfe.restrict(null, marked).optional();
    const aCumul = rfe.restrict(marked, marked).optional();
    const rmwSequence = rf.seq(this.rmw).star();
    const cumulFence = aCumul
      .seq(strongFence.union(this.poRel))
      .union(this.wmb, poUnlockLockPo)
      .restrict(marked, marked)
      .seq(rmwSequence);
    const cumulFenceStar = cumulFence.star();
    const prop = overwrite
      .intersect(ext)
      .optional()
      .restrict(marked, null)
      .seq(cumulFenceStar.restrict(null, marked), rfeMarked)
      .restrict(null, marked);
    const hb = ppo.union(rfe, prop.minus(identity).intersect(int)).restrict(marked, marked);
    const hbPlus = hb.plus();
    if (!hbPlus.isIrreflexive) return null;
    const hbStar = hbPlus.optional();
    const pb = prop.seq(strongFence, hbStar).restrict(null, marked);
    const pbPlus = pb.plus();
    if (!pbPlus.isIrreflexive) return null;
    const pbStar = pbPlus.optional();

    const srcu = this.srcuSections(rf);
    const rcuFence = this.rcuFence(hbStar, pbStar, prop, srcu);
    const rb = prop.seq(rcuFence, hbStar, pbStar).restrict(null, marked);
    if (!rb.isIrreflexive) return null;
    const xbStar = hb.union(pb, rb).star();

    // Plain accesses and data races.
    const fullFence = fence.union(rcuFence);
    const fullStrongFence = strongFence.union(rcuFence);
    const vis = cumulFenceStar
      .seq(rfe.optional())
      .restrict(null, marked)
      .seq(fullStrongFence.restrict(null, marked).seq(xbStar).union(xbStar.intersect(int)));
    const notNoreturn = noreturn.complement();
    const wPreBounded = addr.union(fullFence).optional().restrict(marked, null);
    const rPreBounded = addr
      .union(nonrwFence, candidate.fenced('rmb').restrict(returning, notNoreturn))
      .optional()
      .restrict(marked, null);
    const wPostBounded = fullFence.optional().restrict(null, marked).seq(rmwSequence);
    const rPostBounded = nonrwFence
      .union(candidate.fenced('rmb').restrict(notNoreturn, returning))
      .optional()
      .restrict(null, marked);
    const wwVis = fullFence.union(
      fullStrongFence.seq(xbStar, wPreBounded),
      wPostBounded.seq(vis, wPreBounded),
    );
    const wrVis = fullFence.union(
      fullStrongFence.seq(xbStar, rPreBounded),
      wPostBounded.seq(vis, rPreBounded),
    );
    const rwXbStar = fullFence.union(rPostBounded.seq(xbStar, wPreBounded));
    const preRace = ext.intersect(
      Relation.product(plain, memory).union(Relation.product(memory.minus(initial), plain)),
    );

    const incoherent =
      !preRace.intersect(rf).intersect(rwXbStar.inverse()).isEmpty ||
      !preRace.intersect(fr).intersect(wrVis.inverse()).isEmpty ||
      !preRace.intersect(co).intersect(wwVis.inverse()).isEmpty;
    if (incoherent) return null;
    if (!isWhole) return [];

    const wwNonrace = wwVis
      .intersect(Relation.product(marked, writes).union(rwXbStar))
      .intersect(Relation.product(writes, marked).union(wrVis));
    const wwRace = preRace.intersect(co).minus(wwNonrace);
    const wrRace = preRace.intersect(co.optional().seq(rf)).minus(wrVis).minus(rwXbStar.inverse());
    const rwRace = preRace.intersect(fr).minus(rwXbStar);
    const barrier = candidate
      .fenced(
        'barrier',
        'rmb',
        'wmb',
        'mb',
        'sync-rcu',
        'before-atomic',
        'after-atomic',
        'rcu-lock',
        'rcu-unlock',
      )
      .union(
        po.restrict(null, candidate.ofKind('sync-srcu', 'lock-read', 'unlock')).seq(po),
        po.restrict(null, candidate.ordered('acquire', 'release', 'srcu-lock', 'srcu-unlock')).seq(po),
        po.restrict(null, candidate.ordered('release').union(unlocks)),
        po.restrict(candidate.ordered('acquire').union(lockReads), null),
      );
    const near = poLoc.minus(barrier);
    const plainWrites = plain.minus(reads);
    const srcuLocks = candidate.ordered('srcu-lock');
    const srcuUnlocks = candidate.ordered('srcu-unlock');
    const lockLike = candidate
      .ofKind('lock-read', 'lock-write', 'unlock', 'lock-fail', 'read-unlocked', 'sync-srcu')
      .union(srcuLocks)
      .union(srcuUnlocks);
    const critical = po.restrict(candidate.ofKind('lock-write'), unlocks).intersect(loc);
    const values = (a: number, b: number) => candidate.events[a]?.value !== candidate.events[b]?.value;
    const found: readonly (readonly [Flag, boolean])[] = [
      ['data-race', !wwRace.union(wrRace, rwRace).isEmpty],
      [
        'mixed-accesses',
        !near.restrict(plainWrites, marked).union(near.restrict(marked, plainWrites)).isEmpty,
      ],
      ['unmatched-rcu-lock', !candidate.ofKind('rcu-lock').minus(this.rcuScs.domain()).isEmpty],
      ['unmatched-rcu-unlock', !candidate.ofKind('rcu-unlock').minus(this.rcuScs.range()).isEmpty],
      ['unmatched-srcu-lock', !srcuLocks.minus(srcu.domain()).isEmpty],
      ['unmatched-srcu-unlock', !srcuUnlocks.minus(srcu.range()).isEmpty],
      ['multiple-srcu-matches', !srcu.inverse().seq(srcu).minus(identity).isEmpty],
      ['srcu-bad-value-match', [...srcu.pairs()].some(([lock, unlock]) => values(lock, unlock))],
      [
        'invalid-sleep',
        !this.rcuScs.intersect(po.restrict(null, candidate.ofKind('sync-srcu')).seq(po)).isEmpty,
      ],
      ['unmatched-unlock', !unlocks.minus(critical.range()).isEmpty],
      ['mixed-lock-accesses', !loc.restrict(memory.minus(initial).minus(lockLike), lockLike).isEmpty],
    ];
    return found.flatMap(([flag, isRaised]) => (isRaised ? [flag] : []));
  }

  /** `po ; rcu-order ; po?` */
  private rcuFence(hbStar: Relation, pbStar: Relation, prop: Relation, srcu: Relation): Relation {
    const { candidate } = this;
    const { po, loc } = candidate;
    if (!this.hasGracePeriods) return new Relation(candidate.size);
    const rcuGp = Relation.identity(candidate.ofKind('sync-rcu'));
    const srcuGp = Relation.identity(candidate.ofKind('sync-srcu'));
    const rcuSections = this.rcuScs.inverse();
    const srcuSections = srcu.inverse();
    const link = po.optional().seq(hbStar, pbStar, prop, po);
    const around = (middle: Relation) =>
      rcuGp
        .seq(middle, rcuSections)
        .union(
          srcuGp.seq(middle, srcuSections).intersect(loc),
          rcuSections.seq(middle, rcuGp),
          srcuSections.seq(middle, srcuGp).intersect(loc),
        );
    let order = rcuGp.union(srcuGp, around(link));
    for (;;) {
      const linked = link.seq(order, link);
      const next = order.union(around(linked), order.seq(link, order));
      if (next.minus(order).isEmpty) break;
      order = next;
    }
    return po.seq(order, po.optional());
  }

  /** Read-side critical sections of SRCU: the value of the lock reaches the unlock. */
  private srcuSections(rf: Relation): Relation {
    const { candidate } = this;
    const unlocks = candidate.ordered('srcu-unlock');
    const carry = candidate.data.restrict(null, unlocks.complement()).seq(rf).star();
    return carry
      .seq(candidate.data)
      .restrict(candidate.ordered('srcu-lock'), unlocks)
      .intersect(candidate.loc);
  }
}

/** Each outermost or nested rcu_read_lock() with its unlock. */
function criticalSections(candidate: Candidate): Relation {
  const sections = new Relation(candidate.size);
  const open = new Map<number, number[]>();
  candidate.events.forEach(({ kind }, event) => {
    const process = candidate.processes[event] as number;
    const stack = open.get(process) ?? [];
    open.set(process, stack);
    if (kind === 'rcu-lock') stack.push(event);
    if (kind !== 'rcu-unlock') return;
    const lock = stack.pop();
    if (lock !== undefined) sections.add(lock, event);
  });
  return sections;
}
