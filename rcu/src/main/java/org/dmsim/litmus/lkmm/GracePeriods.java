package org.dmsim.litmus.lkmm;

import org.dmsim.litmus.event.Event;
import org.dmsim.litmus.event.Event.Mark;
import org.dmsim.litmus.lang.Fence;

/**
 * RCU and SRCU: a chain with at least as many grace periods as read-side sections orders like a
 * strong fence, and may not lead back to its beginning (explanation.txt, "RCU relations: rcu-link,
 * rcu-gp, rcu-rscsi, rcu-order, rcu-fence, and rb").
 */
final class GracePeriods {
  final Relation rcuFence;
  final Relation rb;
  private final Skeleton s;
  private final Relation rscs;
  private final Relation srcuRscs;

  GracePeriods(Ordering ordering) {
    s = ordering.candidate.skeleton;
    rscs = Sections.ofRcu(s);
    srcuRscs = Sections.ofSrcu(ordering.candidate);
    EventSet syncs = s.fences(Fence.SYNC_RCU).or(s.marked(Mark.SYNC_SRCU));
    if (syncs.isEmpty()) {
      rcuFence = s.none();
      rb = s.none();
      return;
    }
    Relation pbStar = ordering.pb().star();
    Relation link = s.po.maybe().then(ordering.hbStar).then(pbStar).then(ordering.prop).then(s.po);
    Relation order = order(link);
    rcuFence = s.po.then(order).then(s.po.maybe());
    rb = ordering.prop.then(rcuFence).then(ordering.hbStar).then(pbStar).to(s.marked);
  }

  /** No event is ordered before itself by grace periods. */
  boolean holds() {
    return rb.irreflexive();
  }

  private Relation order(Relation link) {
    Relation gp = points(Fence.SYNC_RCU, null);
    Relation srcuGp = points(null, Mark.SYNC_SRCU);
    Relation sections = rscs.inverse();
    Relation srcuSections = srcuRscs.inverse();
    // Only what begins or ends a part of a chain matters.
    EventSet ends = gp.or(srcuGp).or(sections).or(srcuSections).domain();
    EventSet begins = gp.or(srcuGp).or(sections).or(srcuSections).range();
    Relation joint = link.from(begins).to(ends);

    Relation order = gp.or(srcuGp);
    order.addAll(gp.then(joint).then(sections));
    order.addAll(sections.then(joint).then(gp));
    order.addAll(srcuGp.then(joint).then(srcuSections).and(s.sameLocation));
    order.addAll(srcuSections.then(joint).then(srcuGp).and(s.sameLocation));
    boolean grows;
    do {
      Relation inner = joint.then(order).then(joint);
      grows = order.addAll(gp.then(inner).then(sections));
      grows |= order.addAll(sections.then(inner).then(gp));
      grows |= order.addAll(srcuGp.then(inner).then(srcuSections).and(s.sameLocation));
      grows |= order.addAll(srcuSections.then(inner).then(srcuGp).and(s.sameLocation));
      grows |= order.addAll(order.then(joint).then(order));
    } while (grows);
    return order;
  }

  private Relation points(Fence fence, Mark mark) {
    Relation relation = s.none();
    for (int i = 0; i < s.events; i++) {
      Event event = s.event[i];
      if (fence != null ? event.fence() == fence : event.mark() == mark) {
        relation.add(i, i);
      }
    }
    return relation;
  }
}
