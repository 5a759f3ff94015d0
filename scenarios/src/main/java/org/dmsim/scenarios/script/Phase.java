package org.dmsim.scenarios.script;

import java.util.List;

/** A part of a script; the parts run one after the other. */
public sealed interface Phase {

  /**
   * Commands that one task makes, one after the other.
   *
   * @param steps in order
   */
  record Sequence(List<Step> steps) implements Phase {
    /** Copies the list. */
    public Sequence {
      steps = List.copyOf(steps);
    }
  }

  /**
   * Tasks that run concurrently; the script goes on when all have ended.
   *
   * @param tasks in the order of the script
   */
  record Together(List<TaskBlock> tasks) implements Phase {
    /** Copies the list. */
    public Together {
      tasks = List.copyOf(tasks);
    }
  }

  /**
   * One {@code task NAME:} with its indented commands.
   *
   * @param place where it stands
   * @param name the task's {@code comm}
   * @param steps in order
   */
  record TaskBlock(Place place, String name, List<Step> steps) {
    /** Copies the list. */
    public TaskBlock {
      steps = List.copyOf(steps);
    }
  }
}
