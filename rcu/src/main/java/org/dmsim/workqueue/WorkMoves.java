package org.dmsim.workqueue;

import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.trace.Event;

/**
 * A work is queued, begins to run, has ended, or is taken off its queue before it ran; as the
 * kernel's tracepoints {@code workqueue_queue_work}, {@code workqueue_execute_start} and {@code
 * workqueue_execute_end} tell.
 *
 * @param by who queues it, runs it, or takes it back
 * @param queue the name of the workqueue; null where a run ends
 */
public record WorkMoves(Task by, Shared work, String queue, Move move) implements Event {

  /** What becomes of it. */
  public enum Move {
    QUEUED,
    STARTS,
    ENDS,
    TAKEN_BACK
  }

  /** Tells it, where it is heard. */
  static void tell(Shared work, String queue, Move move) {
    Task t = Task.current();
    if (t != null && t.machine().events().areHeard(WorkMoves.class)) {
      t.machine().events().tell(new WorkMoves(t, work, queue, move));
    }
  }
}
