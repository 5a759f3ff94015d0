package org.dmsim.scenarios.museum;

import org.dmsim.machine.Access;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.report.KernelSymbol;

/**
 * Two pieces share the caller's bio; the one that comes back puts back what the bio says by then.
 */
final class RequeueOfTheWhole implements Lesson {

  private static final int PIECE = 8;

  @Override
  public Plaque plaque() {
    return new Plaque(
        "requeue-of-the-whole",
        "61b6e2e5321d",
        "dm: fix BLK_STS_DM_REQUEUE handling when dm_io represents split bio",
        true,
        "",
        Rule.REQUEUE_THE_PIECE,
        "a piece of a split bio that is requeued as whatever range the shared bio was trimmed to",
        "sectors 0 + 8");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Split[] made = new Split[1];
    machine.boot(() -> made[0] = new Split(fixed));
    Split split = made[0];
    machine.spawn("submitter", split::submit);
    machine.spawnKthread("kworker/0:1", split::completeFirstPieceWithRequeue);
    machine.atEnd(() -> split.check(machine));
  }

  /** The caller's bio: trimmed forward as each piece is cut off. */
  private static final class OriginalBio extends Shared {
    private int sector;

    OriginalBio() {
      super("io->orig_bio");
    }

    void trimTo(int start) {
      Sched.point(this, Access.WRITE);
      sector = start;
    }

    int sector() {
      Sched.point(this, Access.READ);
      return sector;
    }
  }

  private static final class Split {
    private final boolean pieceIsCloned;
    private final OriginalBio bio = new OriginalBio();
    private final Count mapped = new Count("pieces mapped", 0);
    private final int[] served = new int[2];

    Split(boolean pieceIsCloned) {
      this.pieceIsCloned = pieceIsCloned;
    }

    /** Mirrors dm_split_and_process_bio, 5.19-rc1: one dm_io for each piece, one bio for all. */
    @KernelSymbol("dm_submit_bio")
    void submit() {
      mapped.add(1);
      bio.trimTo(PIECE);
      served[1]++; // the second piece is served at once
    }

    /** Mirrors dm_io_complete with BLK_STS_DM_REQUEUE, and the worker that resubmits. */
    @KernelSymbol("dm_io_complete")
    void completeFirstPieceWithRequeue() {
      mapped.awaitOne();
      int start = pieceIsCloned ? 0 : bio.sector();
      served[start / PIECE]++;
    }

    void check(Machine machine) {
      for (int i = 0; i < served.length; i++) {
        if (served[i] != 1) {
          Assertions.report(
              machine, "sectors " + i * PIECE + " + " + PIECE + " served " + served[i] + " times");
        }
      }
    }
  }
}
