package org.dmsim.scenarios.run;

import java.util.List;
import java.util.function.Consumer;
import org.dmsim.block.bio.BlockEvent;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Task;
import org.dmsim.scenarios.script.Script;

/** A script that makes a machine ready for somebody else: its disks, then its commands. */
public final class ScriptSetup {

  private final ScriptTasks tasks;
  private final Task task;

  /**
   * Boots a machine with the script's disks, and adds the task that makes its commands.
   *
   * @param trace hears every block event as blkparse prints it; null for nobody
   */
  public ScriptSetup(Script script, Machine machine, Consumer<String> trace) {
    KernelCommands commands = KernelCommands.boot(script, machine);
    if (trace != null) {
      Blkparse blkparse = new Blkparse();
      Consumer<BlockEvent> line = e -> trace.accept(blkparse.line(e));
      machine.events().hear(BlockEvent.class, line);
    }
    int before = machine.taskCount();
    tasks = new ScriptTasks(script, machine, commands, Listener.NONE, ScriptTasks.Answers.MEANT);
    task = machine.task(before);
  }

  /** The task that makes the script's commands; when it has ended, the machine is ready. */
  public Task task() {
    return task;
  }

  /** Answers that the script expects otherwise, a line each. */
  public List<String> unexpected() {
    return tasks.unexpected();
  }
}
