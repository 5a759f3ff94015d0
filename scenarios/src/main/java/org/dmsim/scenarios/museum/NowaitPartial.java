package org.dmsim.scenarios.museum;

import org.dmsim.machine.Machine;
import org.dmsim.report.KernelSymbol;

/** A NOWAIT write in two pieces, one of which finds no tag: EAGAIN, and half of it on the disk. */
final class NowaitPartial implements Exhibit {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "nowait-partial",
        "9cea62b2cbab",
        "block: don't allow splitting of a REQ_NOWAIT bio",
        "5.15 to 6.2",
        Rule.NOWAIT_IS_NOT_ATOMIC,
        "a write that answers EAGAIN although a part of it was done",
        "EAGAIN");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Disk[] made = new Disk[1];
    machine.boot(() -> made[0] = new Disk());
    Disk disk = made[0];
    boolean[] again = new boolean[1];
    machine.spawn("writer", () -> again[0] = disk.writeTwoPieces(fixed));
    machine.spawn("other", disk::writeOnePiece);
    machine.atEnd(
        () -> {
          if (again[0] && disk.written > 0) {
            Assertions.report(
                machine,
                "pwritev2 answered EAGAIN, and " + disk.written + " of 2 pieces are written");
          }
        });
  }

  private static final class Disk {
    private final Count tags = new Count("free tags", 2);
    private int written;

    /** Mirrors blk_mq_submit_bio for each piece, 6.1: NOWAIT fails where no tag is free. */
    @KernelSymbol("blk_mq_submit_bio")
    boolean writeTwoPieces(boolean neverSplit) {
      if (neverSplit) {
        return true; // it would need a split: EAGAIN at once, and nothing is issued
      }
      boolean again = false;
      int taken = 0;
      for (int piece = 0; piece < 2; piece++) {
        if (tags.tryTake()) {
          taken++;
          written++;
        } else {
          again = true;
        }
      }
      tags.add(taken);
      return again;
    }

    @KernelSymbol("blk_mq_submit_bio")
    void writeOnePiece() {
      if (tags.tryTake()) {
        tags.add(1);
      }
    }
  }
}
