package org.dmsim.memory;

import org.dmsim.context.ExecutionContext;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MachineKey;
import org.dmsim.machine.Task;
import org.dmsim.machine.TaskKey;
import org.dmsim.report.Report;

/** The memory of one machine: whether an allocation succeeds, and which objects are alive. */
public final class Memory {

  private static final MachineKey<Memory> KEY = new MachineKey<>("memory", 0, Memory::new);
  private static final TaskKey<Boolean> FAILS = new TaskKey<>();

  private final Machine machine;
  private final SlabObject.Head live = new SlabObject.Head();
  private boolean scarce;
  private boolean tasksFail;

  private Memory(Machine machine) {
    this.machine = machine;
    machine.atEnd(this::reportLeaks);
  }

  /** That of a machine. */
  public static Memory of(Machine machine) {
    return machine.part(KEY);
  }

  /**
   * With {@code true}, every allocation that may fail succeeds or fails as the strategy decides; at
   * first memory is plentiful and nothing fails.
   */
  public void setScarce(boolean scarce) {
    this.scarce = scarce;
  }

  /**
   * Lets every allocation of one task that may fail do so; mirrors {@code make-it-fail} with {@code
   * failslab}, probability 100, 6.1.
   */
  public void failFor(Task task, boolean fails) {
    task.set(FAILS, fails);
    tasksFail = true;
  }

  /** Whether an allocation that the current task makes now gets its memory. */
  public static boolean succeeds(int gfp) {
    Task t = Task.current();
    return t == null || (gfp & Gfp.NOFAIL) != 0 || of(t.machine()).decide(t);
  }

  private boolean decide(Task t) {
    if (tasksFail && t.get(FAILS) == Boolean.TRUE) {
      return false;
    }
    return !scarce || machine.chooseInt(2) == 0;
  }

  SlabObject.Head live() {
    return live;
  }

  private void reportLeaks() {
    if (!machine.stuckTasks().isEmpty()) {
      return; // what stuck tasks hold is not lost
    }
    live.forEach(
        o -> {
          if (!o.isReachable()) {
            machine.report(o.leaked());
          }
        });
  }

  /** A report about the current task. */
  static Report.Counts counts(Task t) {
    return t.role() == Task.Role.BOOT ? Report.Counts.NONE : ExecutionContext.counts(t);
  }
}
