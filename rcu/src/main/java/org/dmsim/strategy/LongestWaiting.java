package org.dmsim.strategy;

import java.util.Arrays;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;
import org.dmsim.trace.MovesBytes;
import org.dmsim.workqueue.WorkqueuePolicy;

/**
 * A fair machine: interrupts at once, then the task that is running, else the one that has waited
 * longest for its turn; the clock last.
 *
 * <p>A worker that is bound to a CPU takes it from whoever queued the work there, as soon as that
 * one can be preempted: it has slept, and so has a claim that its waker has used up; where a kernel
 * lets whoever runs go on ({@link WorkqueuePolicy#WOKEN_WORKER_WAITS}), once that one sleeps. Other
 * tasks are woken on an idle CPU, and are late there: whose CPU a worker took goes on before them.
 * A worker that goes on for longer than a tick loses its claim: the other CPU, idle, takes the
 * waker over. What takes long is to move bytes.
 */
public final class LongestWaiting implements Strategy {

  private static final long NOT_WAITING = Long.MAX_VALUE;

  /**
   * Bytes moved for which a tick is too short. Recordings show a worker end 192 KiB before its
   * waker goes on, and not 1 MiB.
   */
  private static final long BYTES_PER_TICK = 512 << 10;

  /** Steps for which a tick is too short; more than any work takes that does not repeat itself. */
  private static final int STEPS_PER_TICK = 20_000;

  /** Steps that an idle CPU takes to begin with a task that was woken there. */
  private static final int STEPS_TO_WAKE = 64;

  private long[] since = new long[16];

  /** Bytes moved since a worker last took a CPU. */
  private long moved;

  /** Steps since then. */
  private int steps;

  /** Whether the running task keeps its CPU until it sleeps. */
  private boolean wokenWaits;

  /** Whom a worker took its CPU from: it goes on there once the worker sleeps; null for none. */
  private Task displaced;

  /** The worker that has lost its claim, until it sleeps; null for none. */
  private Task late;

  /** For one run. */
  public LongestWaiting() {}

  @Override
  public boolean begin(Machine machine) {
    Arrays.fill(since, NOT_WAITING);
    wokenWaits = machine.configuration().policies().has(WorkqueuePolicy.WOKEN_WORKER_WAITS);
    machine.events().hear(MovesBytes.class, e -> moved += e.bytesMoved());
    return true;
  }

  @Override
  public Task next(Choice choice) {
    int n = choice.taskCount();
    if (n > since.length) {
      int before = since.length;
      since = Arrays.copyOf(since, 2 * n);
      Arrays.fill(since, before, since.length, NOT_WAITING);
    }
    Task byDefault = choice.byDefault();
    Task longest = byDefault;
    Task worker = null;
    for (int i = 0; i < n; i++) {
      Task t = choice.task(i);
      if (!choice.isEnabled(t)) {
        since[i] = NOT_WAITING;
      } else if (since[i] == NOT_WAITING) {
        since[i] = choice.step();
      }
      if (t.role() != Task.Role.CLOCK && since[i] < since[longest.index()]) {
        longest = t;
      }
      boolean may = t != late && isBoundWorker(t) && choice.isEnabled(t);
      if (may && (worker == null || (isUrgent(t) && !isUrgent(worker)))) {
        worker = t;
      }
    }
    if (late != null && !choice.isEnabled(late)) {
      late = null;
    }
    Task next = longest;
    Task current = choice.current();
    if (byDefault.isHandler() || isClock(byDefault) || byDefault.role() == Task.Role.BUFFER) {
      next = byDefault;
    } else if (wokenWaits && byDefault == current && !isUrgent(worker) && !isBoundWorker(current)) {
      next = current;
    } else if (worker != null && (!isBoundWorker(current) || outranks(worker, current))) {
      if (!isBoundWorker(current)) {
        displaced = current;
      }
      next = worker;
      moved = 0;
      steps = 0;
    } else if (isBoundWorker(current) && choice.isEnabled(current)) {
      if (moved <= BYTES_PER_TICK && ++steps <= STEPS_PER_TICK) {
        next = current;
      } else {
        late = longest == current ? null : current;
        moved = 0;
        steps = 0;
      }
    } else if (byDefault == current) {
      next = byDefault;
    } else if (displaced != null
        && choice.isEnabled(displaced)
        && choice.step() - since[longest.index()] < STEPS_TO_WAKE) {
      next = displaced;
    }
    if (next == displaced) {
      displaced = null;
    }
    since[next.index()] = NOT_WAITING;
    return next;
  }

  private static boolean isBoundWorker(Task t) {
    return t != null && t.isPinned() && t.role() == Task.Role.KTHREAD;
  }

  /** One of high priority, as its name says. */
  private static boolean isUrgent(Task worker) {
    return worker != null && worker.name().endsWith("H");
  }

  private static boolean outranks(Task worker, Task other) {
    return isUrgent(worker) && !isUrgent(other);
  }

  private static boolean isClock(Task t) {
    return t.role() == Task.Role.CLOCK;
  }

  @Override
  public int nextInt(int bound) {
    return 0;
  }
}
