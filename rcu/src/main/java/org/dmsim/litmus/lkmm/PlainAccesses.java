package org.dmsim.litmus.lkmm;

import org.dmsim.litmus.lang.Fence;

/**
 * Plain accesses, which a compiler may tear, merge or invent: what they may see, and whether two of
 * them race (explanation.txt, "Plain accesses and data races").
 */
final class PlainAccesses {
  private final Candidate candidate;
  private final Ordering ordering;
  private final Skeleton s;
  private final Relation writeWriteVisible;
  private final Relation writeReadVisible;
  private final Relation readWriteBefore;
  private final Relation mayRace;
  private final Relation anyFence;

  PlainAccesses(Ordering ordering, GracePeriods gracePeriods) {
    this.ordering = ordering;
    candidate = ordering.candidate;
    s = candidate.skeleton;
    anyFence = ordering.fence.or(gracePeriods.rcuFence);
    Relation strong = ordering.strongFence.or(gracePeriods.rcuFence);
    Relation executedBefore = ordering.hb.or(ordering.pb()).or(gracePeriods.rb).star();
    Relation visible =
        ordering
            .cumulFence
            .star()
            .then(ordering.rfe.maybe())
            .to(s.marked)
            .then(strong.to(s.marked).then(executedBefore).or(executedBefore.and(s.internal)));

    EventSet all = s.marked.or(s.plain);
    EventSet returns = all.minus(s.noReturn);
    EventSet fenced = s.reads.minus(s.noReturn);
    Relation readFence = s.between(Fence.RMB);
    Relation writePre = ordering.addr.or(anyFence).maybe().from(s.marked);
    Relation readPre =
        ordering
            .addr
            .or(ordering.nonReadWriteFence)
            .or(readFence.from(fenced).to(returns))
            .maybe()
            .from(s.marked);
    Relation writePost = anyFence.maybe().to(s.marked).then(ordering.rmwSequence);
    Relation readPost =
        ordering.nonReadWriteFence.or(readFence.from(returns).to(fenced)).maybe().to(s.marked);

    Relation strongBefore = strong.then(executedBefore);
    Relation visibleAfter = writePost.then(visible);
    writeWriteVisible = anyFence.or(strongBefore.then(writePre)).or(visibleAfter.then(writePre));
    writeReadVisible = anyFence.or(strongBefore.then(readPre)).or(visibleAfter.then(readPre));
    readWriteBefore = anyFence.or(readPost.then(executedBefore).then(writePre));
    mayRace =
        Relation.product(s.events, s.plain, s.memory)
            .or(Relation.product(s.events, s.memory, s.plain))
            .and(candidate.external);
  }

  /** No plain access sees what the order of memory forbids it to. */
  boolean coherent() {
    Relation wrong =
        candidate
            .rf
            .and(readWriteBefore.inverse())
            .or(candidate.fr.and(writeReadVisible.inverse()))
            .or(candidate.co.and(writeWriteVisible.inverse()));
    return wrong.and(mayRace).isEmpty();
  }

  /** Whether two accesses of one variable race. */
  boolean race() {
    EventSet markedAccesses = s.memory.minus(s.plain);
    Relation ordered =
        writeWriteVisible
            .and(Relation.product(s.events, markedAccesses, s.writes).or(readWriteBefore))
            .and(Relation.product(s.events, s.writes, markedAccesses).or(writeReadVisible));
    Relation writes = mayRace.and(candidate.co).minus(ordered);
    Relation seen = candidate.co.maybe().then(candidate.rf);
    Relation read = mayRace.and(seen).minus(writeReadVisible).minus(readWriteBefore.inverse());
    Relation overwritten = mayRace.and(candidate.fr).minus(readWriteBefore);
    return !(writes.isEmpty() && read.isEmpty() && overwritten.isEmpty());
  }

  /** Whether a plain write and a marked access of one variable may be taken together. */
  boolean mixed() {
    Relation barrier = ordering.candidate.skeleton.none();
    for (Fence fence :
        new Fence[] {
          Fence.BARRIER,
          Fence.RMB,
          Fence.WMB,
          Fence.MB,
          Fence.SYNC_RCU,
          Fence.BEFORE_ATOMIC,
          Fence.AFTER_ATOMIC,
          Fence.RCU_LOCK,
          Fence.RCU_UNLOCK
        }) {
      barrier = barrier.or(s.between(fence));
    }
    EventSet ordering = s.acquire.or(s.release);
    for (var mark :
        new org.dmsim.litmus.event.Event.Mark[] {
          org.dmsim.litmus.event.Event.Mark.SYNC_SRCU,
          org.dmsim.litmus.event.Event.Mark.SRCU_LOCK,
          org.dmsim.litmus.event.Event.Mark.SRCU_UNLOCK
        }) {
      ordering = ordering.or(s.marked(mark));
    }
    barrier = barrier.or(s.po.to(ordering).then(s.po.from(ordering)));
    barrier = barrier.or(s.po.to(s.release)).or(s.po.from(s.acquire));
    EventSet plainWrites = s.plain.minus(s.reads);
    Relation open = s.poLoc.minus(barrier);
    return !open.from(plainWrites).to(s.marked).isEmpty()
        || !open.from(s.marked).to(plainWrites).isEmpty();
  }
}
