package org.dmsim.splat;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MachineKey;

/** What the kernel says of itself after a report: {@code print_tainted}. */
public final class Taint {

  private static final MachineKey<Taint> KEY = new MachineKey<>("taint", Taint::new);

  private boolean bad;
  private boolean died;
  private boolean warned;

  /** Letters behind that of a warning. */
  private final int rest;

  private Taint(Machine machine) {
    rest = ReportPolicy.TAINT_OF_TESTS.holdsIn(machine) ? 9 : 8;
  }

  /** That of a machine. */
  public static Taint of(Machine machine) {
    return machine.part(KEY);
  }

  /** {@code TAINT_WARN}. */
  public void warn() {
    warned = true;
  }

  /** {@code TAINT_DIE}. */
  public void die() {
    died = true;
  }

  /** {@code TAINT_BAD_PAGE}, as KASAN taints. */
  public void bad() {
    bad = true;
  }

  boolean isTainted() {
    return bad || died || warned;
  }

  /** Mirrors {@code print_tainted_verbose}, 6.12. */
  String inWords() {
    List<String> words = new ArrayList<>();
    if (bad) {
      words.add("[B]=BAD_PAGE");
    }
    if (died) {
      words.add("[D]=DIE");
    }
    if (warned) {
      words.add("[W]=WARN");
    }
    return "Tainted: " + String.join(", ", words);
  }

  /** As it stands in a report; mirrors {@code print_tainted}, 6.1. */
  @Override
  public String toString() {
    if (!isTainted()) {
      return "Not tainted";
    }
    return "Tainted: G    "
        + (bad ? "B" : " ")
        + " "
        + (died ? "D" : " ")
        + " "
        + (warned ? "W" : " ")
        + " ".repeat(rest);
  }
}
