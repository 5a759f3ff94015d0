package org.dmsim.splat;

import org.dmsim.machine.Machine;
import org.dmsim.machine.MachineKey;

/** What the kernel says of itself after a report: {@code print_tainted}. */
public final class Taint {

  private static final MachineKey<Taint> KEY = new MachineKey<>(m -> new Taint());

  private boolean bad;
  private boolean died;
  private boolean warned;

  private Taint() {}

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

  /** As it stands in a report; mirrors {@code print_tainted}, 6.1. */
  @Override
  public String toString() {
    if (!bad && !died && !warned) {
      return "Not tainted";
    }
    return "Tainted: G    "
        + (bad ? "B" : " ")
        + " "
        + (died ? "D" : " ")
        + " "
        + (warned ? "W" : " ")
        + "        ";
  }
}
