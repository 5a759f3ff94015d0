package org.dmsim.scenarios.run;

import org.dmsim.machine.Task;
import org.dmsim.trace.Event;

/**
 * A task begins a command of its script.
 *
 * @param by the task that makes it
 * @param text as the script has it
 */
public record CommandBegins(Task by, String text) implements Event {

  /** Tells it of the current task, where it is heard. */
  static void tell(String text) {
    Task t = Task.current();
    if (t != null && t.machine().events().areHeard(CommandBegins.class)) {
      t.machine().events().tell(new CommandBegins(t, text));
    }
  }
}
