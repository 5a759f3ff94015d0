package org.dmsim.dm.targets.raid;

/** Whether a page of a stripe has to be read, or computed; {@code need_this_block}, 6.1. */
final class StripeNeeds {

  private StripeNeeds() {}

  static boolean needs(RaidSet set, Stripe s, StripeState st, int disk) {
    s.reads();
    Stripe.Dev d = s.devs[disk];
    if (d.locked || d.upToDate) {
      return false;
    }
    if (!d.toRead.isEmpty() || !d.toWrite.isEmpty() && !d.overwrite || st.syncing) {
      return true;
    }
    for (int i = 0; i < named(st); i++) {
      if (!s.devs[st.failedDisks[i]].toRead.isEmpty()) {
        return true;
      }
    }
    if (st.failed == 0 || st.toWrite == 0 || d.inSync && !s.prereads) {
      return false;
    }
    boolean reconstructs = false;
    for (int i = 0; i < named(st); i++) {
      int failed = st.failedDisks[i];
      Stripe.Dev f = s.devs[failed];
      if (f.upToDate) {
        continue;
      }
      if (!f.toWrite.isEmpty() && !f.overwrite) {
        return true;
      }
      reconstructs |= st.failed >= 2 && (!f.toWrite.isEmpty() || s.isParity(failed));
    }
    if (!reconstructs && Long.compareUnsigned(s.sector, set.recoveryCp.get()) < 0) {
      return false;
    }
    for (int i = 0; i < named(st); i++) {
      int failed = st.failedDisks[i];
      Stripe.Dev f = s.devs[failed];
      if (!s.isParity(failed) && !f.upToDate && !f.overwrite) {
        return true;
      }
    }
    return false;
  }

  private static int named(StripeState st) {
    return Math.min(st.failed, st.failedDisks.length);
  }
}
