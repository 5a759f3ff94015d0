package org.dmsim.scenarios.museum;

import org.dmsim.machine.Machine;
import org.dmsim.memory.SlabObject;
import org.dmsim.rcu.Rcu;
import org.dmsim.report.KernelSymbol;
import org.dmsim.srcu.SrcuStruct;

/** The close asks the bio which bracket was opened; its owner has freed it. */
final class DeadBioAsked implements Exhibit {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "dead-bio-asked",
        "5d7362d0d56d",
        "dm: fix use-after-free in dm_put_live_table_bio",
        "5.19-rc1 to 5.19-rc3",
        Rule.NEVER_ASK_A_BIO_GIVEN_AWAY,
        "a bio that completes on another CPU and is freed before the submitter reads its flags"
            + " again",
        "BUG: KASAN: use-after-free");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Disk[] made = new Disk[1];
    machine.boot(() -> made[0] = new Disk());
    Disk disk = made[0];
    machine.spawn("submitter", () -> disk.dmSubmitBio(fixed));
    machine.spawnKthread("ksoftirqd/1", disk::complete);
  }

  private static final class NowaitBio extends SlabObject {
    private final boolean nowait;

    NowaitBio(boolean nowait) {
      super("bio-136");
      this.nowait = nowait;
    }

    @KernelSymbol("dm_put_live_table_bio")
    boolean isNowait() {
      touch();
      return nowait;
    }

    @Override
    public String label() {
      return "bio";
    }
  }

  private static final class Disk {
    private final SrcuStruct ioBarrier = new SrcuStruct("&md->io_barrier");
    private final Count submitted = new Count("a bio in the disk's queue", 0);
    private final NowaitBio bio = new NowaitBio(true);

    /** Mirrors dm_submit_bio with dm_get_live_table_bio and dm_put_live_table_bio, 5.19-rc1. */
    @KernelSymbol("dm_submit_bio")
    void dmSubmitBio(boolean copyFirst) {
      boolean nowait = bio.isNowait();
      int idx = 0;
      if (nowait) {
        Rcu.readLock();
      } else {
        idx = ioBarrier.readLock();
      }
      submitted.add(1);
      if (copyFirst ? nowait : bio.isNowait()) {
        Rcu.readUnlock();
      } else {
        ioBarrier.readUnlock(idx);
      }
    }

    /** The disk's softirq: completes the bio, whose owner drops the last reference. */
    @KernelSymbol("blk_done_softirq")
    void complete() {
      submitted.take();
      bio.free();
    }
  }
}
