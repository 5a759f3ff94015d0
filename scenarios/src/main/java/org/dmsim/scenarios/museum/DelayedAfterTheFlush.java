package org.dmsim.scenarios.museum;

import org.dmsim.locking.Mutex;
import org.dmsim.locking.WaitQueue;
import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/**
 * dm-delay: the flag is tested, the suspender clears it and drains, and the bio is appended then.
 */
final class DelayedAfterTheFlush implements Lesson {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "delayed-after-the-flush",
        "6fc45b6ed921",
        "dm-delay: fix a race between delay_presuspend and delay_bio",
        true,
        "",
        Rule.TEST_AND_ACT_UNDER_ONE_LOCK,
        "a bio that is put on the delay list after presuspend has drained it",
        "INFO: task");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Delay[] made = new Delay[1];
    machine.boot(() -> made[0] = new Delay(fixed));
    Delay dc = made[0];
    machine.spawn("submitter", dc::delayBio);
    machine.spawn("dmsetup", dc::suspend);
  }

  private static final class Delay {
    private final boolean flagUnderLock;
    private final Mutex lock = new Mutex("&dc->timer_lock");
    private final SharedInt mayDelay = new SharedInt("dc->may_delay", 1);
    private final SharedInt delayed = new SharedInt("dc->delayed_bios", 0);
    private final SharedInt inFlight = new SharedInt("bios in flight", 0);
    private final WaitQueue wait = new WaitQueue("&md->wait");

    Delay(boolean flagUnderLock) {
      this.flagUnderLock = flagUnderLock;
    }

    /** Mirrors delay_bio, 6.1. */
    @KernelSymbol("delay_bio")
    void delayBio() {
      inFlight.addReturn(1);
      if (!flagUnderLock && mayDelay.readOnce() == 0) {
        passOn(1);
        return;
      }
      lock.lock();
      if (flagUnderLock && mayDelay.readOnce() == 0) {
        lock.unlock();
        passOn(1);
        return;
      }
      delayed.addReturn(1);
      lock.unlock();
    }

    /** Mirrors delay_presuspend, 6.1, and the wait for I/O that follows it. */
    @KernelSymbol("delay_presuspend")
    void suspend() {
      if (flagUnderLock) {
        lock.lock();
      }
      mayDelay.writeOnce(0);
      if (!flagUnderLock) {
        lock.lock();
      }
      int drained = delayed.exchange(0); // the timer is gone, so nobody comes for a later one
      lock.unlock();
      passOn(drained);
      wait.waitEvent(() -> inFlight.readOnce() == 0);
    }

    private void passOn(int bios) {
      if (bios > 0) {
        inFlight.addReturn(-bios);
        wait.wakeUp();
      }
    }
  }
}
