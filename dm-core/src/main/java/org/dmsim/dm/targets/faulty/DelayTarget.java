package org.dmsim.dm.targets.faulty;

import java.util.ArrayDeque;
import java.util.Iterator;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.GlobalMutex;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetPolicy;
import org.dmsim.locking.Mutex;
import org.dmsim.memory.SlabObject;
import org.dmsim.report.KernelSymbol;
import org.dmsim.timer.Jiffies;
import org.dmsim.timer.Timer;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/**
 * {@code delay DEVICE START MS [DEVICE START MS [DEVICE START MS]]}: reads, writes and flushes are
 * sent on after a while, each to a device of its own. Mirrors {@code dm-delay.c}, 6.1.
 */
@DmTargetType(name = "delay", version = "1.3.0")
public final class DelayTarget extends DmTarget {

  private static final GlobalMutex DELAYED_BIOS_LOCK = new GlobalMutex("delayed_bios_lock");
  private static final long NANOSECONDS_PER_MS = 1_000_000L;

  /** {@code MAX_JIFFY_OFFSET}, as near as virtual time can come to it. */
  private static final long NEVER = Long.MAX_VALUE / 2 / Jiffies.NANOSECONDS;

  /** One kind of I/O: where it goes, how late, and how many wait; {@code struct delay_class}. */
  private static final class DelayClass {
    DmDev device;
    long start;
    int milliseconds;
    int waiting;
  }

  /** What is kept with a clone; {@code struct dm_delay_info}. */
  private static final class Delayed {
    Bio bio;
    DelayClass kind;
    long expires;
  }

  /** The memory of {@code struct delay_c}; its target frees it. */
  private static final class DelayC extends SlabObject {
    DelayC() {
      super("kmalloc-256", "delay_c");
    }

    @Override
    protected boolean isReachable() {
      return true;
    }
  }

  private final Mutex delayedBiosLock = DELAYED_BIOS_LOCK.get();
  private final Mutex timerLock = new Mutex("&dc->timer_lock");
  private final ArrayDeque<Delayed> delayedBios = new ArrayDeque<>();
  private final Work flushExpired =
      new Work("(work_completion)(&dc->flush_expired_bios)", this::flushExpiredBios);
  private final DelayClass read = new DelayClass();
  private final DelayClass write = new DelayClass();
  private final DelayClass flush = new DelayClass();
  private DelayC memory;
  private Workqueue kdelayd;
  private Timer timer;
  private long timerExpires;
  private boolean mayDelay = true;
  private int argc;

  @Override
  @KernelSymbol("delay_ctr")
  public void ctr(String[] argv) throws TargetError {
    argc = argv.length;
    if (argc != 3 && argc != 6 && argc != 9) {
      throw new TargetError(EINVAL, "Requires exactly 3, 6 or 9 arguments");
    }
    parse(read, argv, 0);
    parse(write, argv, argc == 3 ? 0 : 3);
    parse(flush, argv, argc - 3);
    memory = new DelayC();
    timer = new Timer("&dc->delay_timer", this::handleDelayedTimer);
    kdelayd = Workqueue.alloc("kdelayd", Workqueue.MEM_RECLAIM);
    numFlushBios = 1;
    numDiscardBios = 1;
    accountsRemappedIo = true;
  }

  private void parse(DelayClass c, String[] argv, int from) throws TargetError {
    c.start = Scan.sector(argv[from + 1], "Invalid device sector");
    c.milliseconds = (int) Scan.sector(argv[from + 2], "Invalid delay");
    c.device = getDevice(argv[from], "Device lookup failed");
  }

  @Override
  @KernelSymbol("delay_dtr")
  public void dtr() {
    if (!has(TargetPolicy.DELAY_TIMER_OUTLIVES)) {
      timer.delSync();
    }
    kdelayd.destroy();
    memory.freeOwned();
  }

  @KernelSymbol("handle_delayed_timer")
  private void handleDelayedTimer() {
    memory.touchOwned();
    if (!memory.isFreed()) {
      kdelayd.queue(flushExpired);
    }
  }

  /** Mirrors {@code msecs_to_jiffies}: rounded up; what looks negative is never. */
  private static long toJiffies(int milliseconds) {
    return milliseconds < 0
        ? NEVER
        : (milliseconds * NANOSECONDS_PER_MS + Jiffies.NANOSECONDS - 1) / Jiffies.NANOSECONDS;
  }

  @Override
  @KernelSymbol("delay_map")
  public MapResult map(Bio bio) {
    DelayClass c = !Opf.isWrite(bio.opf()) ? read : bio.hasOpf(Opf.REQ_PREFLUSH) ? flush : write;
    Delayed d = perBioData(bio, Delayed::new);
    d.bio = bio;
    d.kind = c;
    bio.setDev(c.device.bdev());
    bio.setSector(c.start + offset(bio.sector()));
    return delay(c, d);
  }

  @KernelSymbol("delay_bio")
  private MapResult delay(DelayClass c, Delayed d) {
    if (c.milliseconds == 0) {
      return MapResult.REMAPPED;
    }
    long expires = Jiffies.now() + toJiffies(c.milliseconds);
    d.expires = expires;
    delayedBiosLock.lock();
    if (!mayDelay) {
      delayedBiosLock.unlock();
      return MapResult.REMAPPED;
    }
    c.waiting++;
    delayedBios.add(d);
    delayedBiosLock.unlock();
    queueTimeout(expires);
    return MapResult.SUBMITTED;
  }

  @KernelSymbol("queue_timeout")
  private void queueTimeout(long expires) {
    timerLock.lock();
    if (!timer.isPending() || expires < timerExpires) {
      timerExpires = expires;
      timer.mod(expires * Jiffies.NANOSECONDS);
    }
    timerLock.unlock();
  }

  @KernelSymbol("flush_expired_bios")
  private void flushExpiredBios() {
    submit(takeDelayedBios(false));
  }

  /** Takes the bios whose time has come, or all; arms the timer for the rest. */
  @KernelSymbol("flush_delayed_bios")
  private ArrayDeque<Delayed> takeDelayedBios(boolean all) {
    ArrayDeque<Delayed> due = new ArrayDeque<>();
    long next = Long.MAX_VALUE;
    delayedBiosLock.lock();
    for (Iterator<Delayed> i = delayedBios.iterator(); i.hasNext(); ) {
      Delayed d = i.next();
      if (all || Jiffies.now() >= d.expires) {
        i.remove();
        due.add(d);
        d.kind.waiting--;
      } else {
        next = Math.min(next, d.expires);
      }
    }
    delayedBiosLock.unlock();
    if (next != Long.MAX_VALUE) {
      queueTimeout(next);
    }
    return due;
  }

  @KernelSymbol("flush_bios")
  private static void submit(ArrayDeque<Delayed> due) {
    due.forEach(d -> submitBioRemap(d.bio));
  }

  @Override
  @KernelSymbol("delay_presuspend")
  public void presuspend() {
    delayedBiosLock.lock();
    mayDelay = false;
    delayedBiosLock.unlock();
    timer.delSync();
    submit(takeDelayedBios(true));
  }

  @Override
  @KernelSymbol("delay_resume")
  public void resume() {
    mayDelay = true;
  }

  @Override
  @KernelSymbol("delay_status")
  public String status(StatusType type) {
    if (type == StatusType.INFO) {
      return read.waiting + " " + write.waiting + " " + flush.waiting;
    }
    return describe(read)
        + (argc >= 6 ? " " + describe(write) : "")
        + (argc >= 9 ? " " + describe(flush) : "");
  }

  private static String describe(DelayClass c) {
    return c.device.name()
        + " "
        + Long.toUnsignedString(c.start)
        + " "
        + Integer.toUnsignedString(c.milliseconds);
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    int r = fn.device(this, read.device, read.start, length());
    if (r == 0) {
      r = fn.device(this, write.device, write.start, length());
    }
    if (r == 0) {
      r = fn.device(this, flush.device, flush.start, length());
    }
    return r;
  }
}
