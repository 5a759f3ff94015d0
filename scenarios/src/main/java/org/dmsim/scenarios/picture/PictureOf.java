package org.dmsim.scenarios.picture;

import java.util.function.Consumer;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.interleaving.Interleaving;
import org.dmsim.machine.Machine;

/** Watches one run, and gives its picture when it is over. */
public final class PictureOf implements Consumer<Machine> {

  private final boolean bios;
  private PictureRecorder seen;
  private Interleaving steps;

  /**
   * Nothing yet.
   *
   * @param bios whether the machine has a block layer, whose bios are to be seen
   */
  public PictureOf(boolean bios) {
    this.bios = bios;
  }

  /** Begins to watch a machine that has not run yet. */
  @Override
  public void accept(Machine machine) {
    steps = Interleaving.of(machine);
    seen = PictureRecorder.of(machine);
    if (bios) {
      BlockLayer.of(machine).events().listen(seen::event);
    }
  }

  /** The picture of the run, which is over. */
  public Picture picture(String heading, Picture.Verdict verdict) {
    return Drawing.of(seen, steps, heading, verdict);
  }
}
