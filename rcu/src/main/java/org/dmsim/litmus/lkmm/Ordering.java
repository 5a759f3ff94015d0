package org.dmsim.litmus.lkmm;

import org.dmsim.litmus.event.Event.Mark;
import org.dmsim.litmus.lang.Fence;

/**
 * Happens-before and propagation (explanation.txt, "The happens-before relation: hb" and "The
 * propagates-before relation: pb"), and the relations that they are made of, under the names of
 * that text.
 */
final class Ordering {
  final Candidate candidate;
  final Relation rfe;
  final Relation rfi;
  final Relation addr;
  final Relation data;
  final Relation ctrl;
  final Relation unlockLock;
  final Relation rmb;
  final Relation wmb;
  final Relation strongFence;
  final Relation nonReadWriteFence;
  final Relation fence;
  final Relation ppo;
  final Relation rmwSequence;
  final Relation cumulFence;
  final Relation prop;
  final Relation hb;
  final Relation hbStar;
  private Relation pb;

  Ordering(Candidate candidate) {
    this.candidate = candidate;
    Skeleton s = candidate.skeleton;
    rfe = candidate.rf.and(candidate.external);
    rfi = candidate.rf.and(s.internal);
    Relation carried = carried(s);
    addr = carried == null ? s.addr : carried.then(s.addr);
    ctrl = carried == null ? s.ctrl : carried.then(s.ctrl);
    data = carried == null ? s.data : carried.then(s.data);

    unlockLock = unlockLock(s);
    EventSet readsThatFence = s.reads.minus(s.noReturn);
    rmb = s.between(Fence.RMB).from(readsThatFence).to(readsThatFence);
    wmb = s.between(Fence.WMB).from(s.writes).to(s.writes);
    EventSet syncs = s.fences(Fence.SYNC_RCU).or(s.marked(Mark.SYNC_SRCU));
    Relation gp = syncs.isEmpty() ? s.none() : s.po.to(syncs).then(s.po.maybe());
    strongFence = fullBarrier(s).or(gp);
    Relation beforeRelease = s.po.from(s.memory).to(s.release);
    Relation afterAcquire = s.po.from(s.acquire).to(s.memory);
    nonReadWriteFence = strongFence.or(beforeRelease).or(afterAcquire);
    fence = nonReadWriteFence.or(wmb).or(rmb);

    ppo = preserved(s);
    Relation readFrom = rfe.to(s.marked).maybe();
    rmwSequence =
        s.version.releaseSequence() ? candidate.rf.then(s.rmw).star() : Relation.identity(s.events);
    cumulFence =
        readFrom
            .then(strongFence.or(beforeRelease))
            .or(wmb)
            .or(unlockLock)
            .from(s.marked)
            .to(s.marked)
            .then(rmwSequence);
    Relation overwritten = candidate.co.or(candidate.fr).and(candidate.external).maybe();
    prop =
        overwritten
            .from(s.marked)
            .then(cumulFence.star())
            .to(s.marked)
            .then(rfe.maybe())
            .to(s.marked);
    hb = ppo.or(rfe).or(prop.minusIdentity().and(s.internal)).from(s.marked).to(s.marked);
    hbStar = hb.star();
  }

  /** Dependencies that go through what the thread itself writes and reads again. */
  private Relation carried(Skeleton s) {
    if (!s.version.dependenciesThroughPlain() || rfi.isEmpty() || s.data.isEmpty()) {
      return null;
    }
    Relation step = s.data.then(rfi.from(s.writes.minus(s.marked(Mark.SRCU_UNLOCK))));
    return step.isEmpty() ? null : step.star();
  }

  private Relation unlockLock(Skeleton s) {
    if (s.unlocks.isEmpty() || s.lockReads.isEmpty()) {
      return s.none();
    }
    Relation handed = s.po.or(candidate.rf).from(s.unlocks).to(s.lockReads);
    return s.po.then(handed).then(s.po);
  }

  private Relation fullBarrier(Skeleton s) {
    Relation within = s.po.maybe();
    Relation result = s.between(Fence.MB);
    result = result.or(s.between(Fence.BEFORE_ATOMIC).to(s.modify).then(within));
    result = result.or(within.to(s.modify).then(s.between(Fence.AFTER_ATOMIC)));
    EventSet locked = s.marked(Mark.LOCK_WRITE);
    result = result.or(within.to(locked).then(s.between(Fence.AFTER_SPINLOCK)));
    EventSet afterUnlock = s.fences(Fence.AFTER_UNLOCK_LOCK);
    if (!afterUnlock.isEmpty()) {
      Relation ordered =
          s.version.nextHolderOnly()
              ? unlockLock.to(afterUnlock).then(s.po)
              : s.po
                  .to(s.unlocks)
                  .then(candidate.co.or(s.po).to(locked))
                  .then(s.between(Fence.AFTER_UNLOCK_LOCK));
      result = result.or(ordered);
    }
    EventSet srcuUnlocks = s.marked(Mark.SRCU_UNLOCK);
    result = result.or(within.to(srcuUnlocks).then(s.between(Fence.AFTER_SRCU_READ_UNLOCK)));
    return result.from(s.memory).to(s.memory);
  }

  private Relation preserved(Skeleton s) {
    Relation dependency = addr.or(data);
    Relation toWrite =
        dependency
            .or(ctrl)
            .to(s.writes)
            .or(candidate.co.or(candidate.fr).and(s.internal))
            .or(addr.to(s.plain).then(wmb));
    Relation toRead =
        (s.version.dependenciesThroughPlain() ? addr.to(s.reads) : addr)
            .or(dependency.to(s.marked).then(rfi));
    return toRead.or(toWrite).or(fence.and(s.internal)).or(unlockLock.and(s.internal));
  }

  /** No event happens before itself. */
  boolean happensBeforeHolds() {
    return hbStar.minusIdentity().and(hbStar.inverse().minusIdentity()).isEmpty()
        && hb.irreflexive();
  }

  /** Propagates-before. */
  Relation pb() {
    if (pb == null) {
      Skeleton s = candidate.skeleton;
      pb = prop.then(strongFence).then(hbStar).to(s.marked);
    }
    return pb;
  }

  /** No event propagates before itself. */
  boolean propagationHolds() {
    return pb().plus().irreflexive();
  }
}
