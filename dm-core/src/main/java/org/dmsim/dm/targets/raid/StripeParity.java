package org.dmsim.dm.targets.raid;

import org.dmsim.block.Sectors;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.report.KernelSymbol;

/**
 * Whether the parity of a stripe is what the data say, and what is done where it is not; {@code
 * handle_parity_checks5} and {@code handle_parity_checks6} of {@code raid5.c}, 6.1.
 */
final class StripeParity {

  private final RaidSet set;

  StripeParity(RaidSet set) {
    this.set = set;
  }

  /** The next step of a check of a stripe that is being brought into sync. */
  void check(Stripe s, StripeState st) {
    s.changes();
    switch (s.check) {
      case IDLE -> begin(s, st);
      case COMPUTED -> writeOut(s, st);
      case CHECKED -> judge(s, st);
    }
  }

  private void begin(Stripe s, StripeState st) {
    s.wrongP = false;
    s.wrongQ = false;
    boolean six = s.layout.q() >= 0;
    st.compareP = six ? st.failed == (st.qFailed ? 1 : 0) : st.failed == 0;
    st.compareQ = six && !st.qFailed && st.failed < 2;
    if (st.compareP) {
      s.devs[s.layout.p()].upToDate = false;
      st.upToDate--;
    }
    if (!st.compareP && !st.compareQ) {
      writeOut(s, st);
    }
  }

  /** Compares; {@code ops_run_check_p} and {@code ops_run_check_pq}. */
  @KernelSymbol("ops_run_check_pq")
  void compare(Stripe s, StripeState st) {
    s.wrongP = st.compareP && s.isParityWrong(false);
    s.wrongQ = st.compareQ && s.isParityWrong(true);
    s.check = Stripe.Check.CHECKED;
    s.handle = true;
  }

  private void judge(Stripe s, StripeState st) {
    s.check = Stripe.Check.IDLE;
    boolean six = s.layout.q() >= 0;
    if (!six && st.failed > 0) {
      return;
    }
    if (!s.wrongP && !s.wrongQ) {
      if (st.failed == 0) {
        s.inSync = true;
      } else {
        s.check = Stripe.Check.COMPUTED;
      }
      return;
    }
    set.recovery.mismatches.set(set.recovery.mismatches.get() + Sectors.PER_PAGE);
    if (set.recovery.bits.test(Recovery.CHECK)) {
      s.inSync = true;
      DmLog.print(
          "mdX: mismatch sector in range " + s.sector + "-" + (s.sector + Sectors.PER_PAGE));
      return;
    }
    if (s.wrongP) {
      st.target = s.layout.p();
      st.secondTarget = s.wrongQ ? s.layout.q() : -1;
    } else {
      st.target = s.layout.q();
    }
    st.upToDate += s.wrongP && s.wrongQ ? 2 : 1;
    s.check = Stripe.Check.COMPUTED;
  }

  /** Writes what was on disks that failed, and parity that was wrong. */
  private static void writeOut(Stripe s, StripeState st) {
    s.check = Stripe.Check.IDLE;
    if (s.inSync) {
      return;
    }
    if (s.layout.q() < 0) {
      write(s, st, st.failed > 0 ? st.failedDisks[0] : s.layout.p());
    } else {
      if (st.failed == 2) {
        write(s, st, st.failedDisks[1]);
      }
      if (st.failed >= 1) {
        write(s, st, st.failedDisks[0]);
      }
      if (s.wrongP) {
        write(s, st, s.layout.p());
      }
      if (s.wrongQ) {
        write(s, st, s.layout.q());
      }
    }
    s.degraded = false;
    s.inSync = true;
  }

  private static void write(Stripe s, StripeState st, int disk) {
    s.devs[disk].locked = true;
    s.devs[disk].wantsWrite = true;
    st.locked++;
  }
}
