package org.dmsim.scenarios.picture;

import java.util.function.Consumer;
import org.dmsim.interleaving.Interleaving;
import org.dmsim.machine.Machine;

/** Listens to one run, and gives its picture when it is over. */
public final class PictureOf implements Consumer<Machine> {

  /** Steps that the table may be made of, at least; each costs about a kilobyte until then. */
  private static final int STEPS = 20_000;

  private PictureRecorder seen;
  private Interleaving steps;

  /** Nothing yet. */
  public PictureOf() {}

  /** Begins to listen to a machine that has not run yet. */
  @Override
  public void accept(Machine machine) {
    steps = Interleaving.of(machine, STEPS);
    seen = PictureRecorder.of(machine);
  }

  /** The picture of the run, which is over. */
  public Picture picture(String heading, Picture.Verdict verdict) {
    return Drawing.of(seen, steps, heading, verdict);
  }
}
