package org.dmsim.scenarios.museum;

import org.dmsim.explore.Explorer;
import org.dmsim.explore.Program;
import org.dmsim.machine.Configuration;

/** A program that breaks a rule, and its twin, which differs in the fix alone. */
public interface Exhibit {

  /** What stands beside it. */
  Plaque plaque();

  /** The program, or its fixed twin. */
  Program program(boolean fixed);

  /** The machine that it asks for, or its fixed twin does: a fix is in a kernel or is not. */
  Configuration configuration(boolean fixed);

  /** Whether it is a script, and so runs the whole model. */
  default boolean isScript() {
    return false;
  }

  /** Why it is a program and no script, where it is a bug of a kernel; else empty. */
  default String why() {
    return "";
  }

  /** What a search of it looks for, as part of a headline; empty for any report. */
  default String symptom() {
    return "";
  }

  /** The machine, with a CPU for every task. */
  default Configuration withEnoughCpus(boolean fixed) {
    Configuration c = configuration(fixed);
    return c.withCpus(Explorer.cpusFor(program(fixed), c));
  }
}
