package org.dmsim.dm.targets.raid;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.dmsim.block.Sectors;
import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/**
 * The stripes of a set with parity: those that hold something, those that are free, and the lists
 * on which they wait to be handled. Mirrors the stripe cache of {@code raid5.c}, 6.1; one lock
 * stands for those of its parts.
 */
final class StripeCache {

  /** {@code NR_STRIPE_HASH_LOCKS}: the cache is divided into so many parts. */
  private static final int PARTS = 8;

  /** {@code MAX_STRIPE_BATCH}. */
  private static final int BATCH = 8;

  /** Over the lists, and over what stripes hold. */
  final SpinLock deviceLock = new SpinLock("&conf->device_lock");

  private final RaidSet set;
  private final Map<Long, Stripe> cache = new HashMap<>();
  private final List<ArrayDeque<Stripe>> inactive = new ArrayList<>();
  private final SharedInt[] inactiveCount = new SharedInt[PARTS];
  private final WaitQueue waitForStripe = new WaitQueue("&conf->wait_for_stripe");
  private final WaitQueue waitForQuiescent = new WaitQueue("&conf->wait_for_quiescent");

  /** 2 while what is under way has to end, 1 while nothing may begin; {@code conf->quiesce}. */
  private final SharedInt quiesce = new SharedInt("conf->quiesce", 0);

  /** Stripes that are in use, and reads past the cache. */
  private final SharedInt active = new SharedInt("conf->active_stripes", 0);

  private final ArrayDeque<Stripe> handleList = new ArrayDeque<>();
  private final ArrayDeque<Stripe> delayedList = new ArrayDeque<>();
  private final ArrayDeque<Stripe> bitmapList = new ArrayDeque<>();

  /** The last flush of the bitmap that began, and the last one that ended. */
  private int flushBegun;

  private int flushEnded;

  StripeCache(RaidSet set) {
    this.set = set;
    for (int i = 0; i < PARTS; i++) {
      inactive.add(new ArrayDeque<>());
      inactiveCount[i] = new SharedInt("conf->inactive_list", 0);
    }
  }

  /** Makes stripes, all of them free; {@code grow_stripes}. */
  @KernelSymbol("grow_stripes")
  void grow(int count, Supplier<Stripe> stripe) {
    for (int i = 0; i < count; i++) {
      inactive.get(i % PARTS).add(stripe.get());
      inactiveCount[i % PARTS].add(1);
    }
  }

  // ---- quiet ------------------------------------------------------------------------------------

  /** Something begins that has to end before the set is quiet. */
  void begin(boolean always) {
    for (; ; ) {
      deviceLock.lockIrq();
      boolean may = always || quiesce.readOnce() == 0;
      if (may) {
        active.add(1);
      }
      deviceLock.unlockIrq();
      if (may) {
        return;
      }
      waitForQuiescent.waitEvent(() -> quiesce.readOnce() == 0);
    }
  }

  void end() {
    if (active.addReturn(-1) == 0) {
      waitForQuiescent.wakeUpAll();
    }
  }

  /** Lets nothing begin, and waits for what is under way; or lets all go on. */
  void quiesce(boolean on) {
    deviceLock.lockIrq();
    quiesce.writeOnce(on ? 2 : 0);
    deviceLock.unlockIrq();
    if (on) {
      waitForQuiescent.waitEvent(() -> active.readOnce() == 0);
      quiesce.writeOnce(1);
    } else {
      waitForQuiescent.wakeUpAll();
    }
  }

  /** Whether somebody waits until nothing is under way. */
  boolean isGettingQuiet() {
    return quiesce.readOnce() == 2;
  }

  // ---- stripes that are held --------------------------------------------------------------------

  /** The stripe of a sector, held; {@code raid5_get_active_stripe}. */
  @KernelSymbol("raid5_get_active_stripe")
  Stripe activeStripe(StripeLayout where, boolean always) {
    long sector = where.sector() & -Sectors.PER_PAGE;
    int part = part(sector);
    for (; ; ) {
      deviceLock.lockIrq();
      boolean quiet = !always && quiesce.readOnce() != 0;
      Stripe found = quiet ? null : find(where, sector, part);
      deviceLock.unlockIrq();
      if (found != null) {
        return found;
      }
      if (quiet) {
        waitForQuiescent.waitEvent(() -> quiesce.readOnce() == 0);
      } else {
        waitForStripe.waitEvent(() -> inactiveCount[part].readOnce() != 0);
      }
    }
  }

  private Stripe find(StripeLayout where, long sector, int part) {
    Stripe found = cache.get(sector);
    if (found != null && found.count == 0) {
      if (inactive.get(part).remove(found)) {
        inactiveCount[part].add(-1);
        active.add(1);
      } else if (!handleList.remove(found) && !delayedList.remove(found)) {
        bitmapList.remove(found);
      }
    } else if (found == null && !inactive.get(part).isEmpty()) {
      found = inactive.get(part).poll();
      inactiveCount[part].add(-1);
      active.add(1);
      cache.remove(found.sector);
      found.init(where);
      cache.put(sector, found);
    }
    if (found != null) {
      found.count++;
    }
    return found;
  }

  private static int part(long sector) {
    return (int) (sector >> 3) & (PARTS - 1);
  }

  /** Who held it holds it no more: it is handled, delayed or done; {@code __release_stripe}. */
  @KernelSymbol("raid5_release_stripe")
  void release(Stripe stripe) {
    boolean flags = deviceLock.lockIrqsave();
    boolean last = --stripe.count == 0;
    boolean done = last && !putOnList(stripe);
    deviceLock.unlockIrqrestore(flags);
    if (done) {
      waitForStripe.wakeUp();
      end();
    } else if (last) {
      set.thread.wake();
    }
  }

  /** Whether there is something to do for it. */
  private boolean putOnList(Stripe stripe) {
    stripe.handle |= stripe.syncRequested;
    if (!stripe.handle) {
      stripe.prereads = false;
      inactive.get(part(stripe.sector)).add(stripe);
      inactiveCount[part(stripe.sector)].add(1);
    } else if (stripe.delayed && !stripe.prereads) {
      delayedList.add(stripe);
    } else if (stripe.bitDelay && stripe.bitmapFlush - flushEnded > 0) {
      bitmapList.add(stripe);
    } else {
      stripe.delayed = false;
      stripe.bitDelay = false;
      handleList.add(stripe);
    }
    return stripe.handle;
  }

  // ---- stripes that are to be handled -----------------------------------------------------------

  /** A stripe is not handled before the bitmap is written; the lock is held. */
  void waitsForBitmap(Stripe stripe) {
    stripe.bitmapFlush = flushBegun + 1;
    stripe.bitDelay = true;
  }

  /** Writes the bitmap for the stripes that wait for that. */
  void flushBitmap() {
    deviceLock.lockIrq();
    boolean any = !bitmapList.isEmpty();
    if (any) {
      flushBegun++;
    }
    deviceLock.unlockIrq();
    if (!any) {
      return;
    }
    set.bitmap.unplug();
    deviceLock.lockIrq();
    flushEnded = flushBegun;
    List<Stripe> waited = List.copyOf(bitmapList);
    bitmapList.clear();
    for (Stripe s : waited) {
      putOnList(s);
    }
    deviceLock.unlockIrq();
  }

  /** Those that the thread handles next, each held; {@code handle_active_stripes}. */
  List<Stripe> batch() {
    List<Stripe> batch = new ArrayList<>(BATCH);
    deviceLock.lockIrq();
    if (handleList.isEmpty()) {
      for (Stripe s : delayedList) {
        s.delayed = false;
        s.prereads = true;
        handleList.add(s);
      }
      delayedList.clear();
    }
    while (batch.size() < BATCH && !handleList.isEmpty()) {
      Stripe s = handleList.poll();
      s.count++;
      batch.add(s);
    }
    deviceLock.unlockIrq();
    return batch;
  }
}
