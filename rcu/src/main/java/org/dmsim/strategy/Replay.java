package org.dmsim.strategy;

import org.dmsim.machine.Choice;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/** Makes the choices of a {@link Schedule} again, and tells where that is not possible. */
public final class Replay implements Strategy {

  private final Schedule schedule;
  private int position;
  private Machine machine;
  private long digest;

  /** Replays a schedule. */
  public Replay(Schedule schedule) {
    this.schedule = schedule;
  }

  @Override
  public boolean begin(Machine m) {
    machine = m;
    position = 0;
    digest = 1;
    return true;
  }

  @Override
  public Task next(Choice choice) {
    Task next = choice.byDefault();
    Schedule.Deviation d = due(choice.step(), false);
    if (d != null) {
      next = d.value() < choice.taskCount() ? choice.task(d.value()) : null;
      if (next == null || !choice.isEnabled(next)) {
        throw new Diverged(
            choice.step(),
            next == null ? "task number " + d.value() : next.name() + " to go on",
            next == null ? "only " + choice.taskCount() + " tasks" : next.name() + " cannot run");
      }
    }
    digest = Digest.add(digest, next);
    return next;
  }

  @Override
  public int nextInt(int bound) {
    Schedule.Deviation d = due(machine.step(), true);
    int value = d == null ? 0 : d.value();
    if (value >= bound) {
      throw new Diverged(machine.step(), "the choice " + value, "a choice of " + bound);
    }
    digest = Digest.add(digest, value);
    return value;
  }

  /**
   * Holds the finished run against the recorded one.
   *
   * @throws Diverged if the run was another
   */
  public void verify() {
    if (position < schedule.deviations().size()) {
      Schedule.Deviation d = schedule.deviations().get(position);
      throw new Diverged(d.step(), "a further switch", "the run ended at step " + machine.step());
    }
    if (schedule.digest() != 0 && schedule.digest() != digest) {
      throw new Diverged(
          machine.step(),
          "a run with digest " + Long.toUnsignedString(schedule.digest(), 36),
          Long.toUnsignedString(digest, 36));
    }
  }

  private Schedule.Deviation due(long step, boolean isData) {
    if (position == schedule.deviations().size()) {
      return null;
    }
    Schedule.Deviation d = schedule.deviations().get(position);
    if (d.step() != step || d.isData() != isData) {
      return null;
    }
    position++;
    return d;
  }

  /** The run did not go the recorded way: another program, or another version of dmsim. */
  public static final class Diverged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long step;

    Diverged(long step, String expected, String got) {
      super("the replay diverged at step " + step + ": expected " + expected + ", got " + got);
      this.step = step;
    }

    /** The scheduling point at which it showed. */
    public long step() {
      return step;
    }
  }
}
