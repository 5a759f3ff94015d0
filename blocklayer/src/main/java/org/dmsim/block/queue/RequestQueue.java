package org.dmsim.block.queue;

import java.lang.invoke.MethodHandles;
import org.dmsim.block.Errno;
import org.dmsim.cell.IntField;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.memory.PlainBoolean;
import org.dmsim.report.KernelSymbol;

/**
 * {@code struct request_queue}: limits, flags, and the counter of its users, on which a freeze
 * waits.
 */
public final class RequestQueue extends Shared {

  /** Not a rotating disk. */
  public static final int QUEUE_FLAG_NONROT = 1 << 6;

  public static final int QUEUE_FLAG_IO_STAT = 1 << 7;

  public static final int QUEUE_FLAG_ADD_RANDOM = 1 << 10;

  /** The hardware has a volatile write cache. */
  public static final int QUEUE_FLAG_HW_WC = 1 << 13;

  public static final int QUEUE_FLAG_STABLE_WRITES = 1 << 15;

  /** Completions can be polled for. */
  public static final int QUEUE_FLAG_POLL = 1 << 16;

  /** The write cache is to be flushed. */
  public static final int QUEUE_FLAG_WC = 1 << 17;

  /** Writes can go through the cache. */
  public static final int QUEUE_FLAG_FUA = 1 << 18;

  public static final int QUEUE_FLAG_DAX = 1 << 19;

  public static final int QUEUE_FLAG_ZONE_RESETALL = 1 << 26;

  /** REQ_NOWAIT is understood. */
  public static final int QUEUE_FLAG_NOWAIT = 1 << 29;

  private static final int FROZEN = 1 << 31;
  private static final IntField USERS = IntField.of(MethodHandles.lookup(), "users");

  private final QueueLimits limits = new QueueLimits();
  private final Settings settings;
  private volatile int flags;
  private int users;
  private int freezeDepth;
  private final PlainBoolean dying = new PlainBoolean("QUEUE_FLAG_DYING", false);
  private final String name;

  public RequestQueue(String name) {
    super(name + "->queue");
    this.name = name;
    settings = new Settings(name);
  }

  /** Limits and flags, which who submits reads and a new table changes. */
  private static final class Settings extends Shared {
    Settings(String name) {
      super(name + "->limits");
    }
  }

  /** What it can take; the queue's own struct, not a copy. The step being made reads it. */
  public QueueLimits limits() {
    Sched.touch(settings, Access.READ);
    return limits;
  }

  /** Whether all of the given flags are set. */
  public boolean has(int flag) {
    Sched.touch(settings, Access.READ);
    return (flags & flag) == flag;
  }

  /** {@code blk_queue_flag_set}. */
  public void set(int flag) {
    touch((flags | flag) != flags);
    flags |= flag;
  }

  /** {@code blk_queue_flag_clear}. */
  public void clear(int flag) {
    touch((flags & flag) != 0);
    flags &= ~flag;
  }

  private void touch(boolean changes) {
    Sched.touch(settings, changes ? Access.WRITE : Access.READ);
  }

  /** Sets or clears a flag. */
  public void set(int flag, boolean on) {
    if (on) {
      set(flag);
    } else {
      clear(flag);
    }
  }

  /** Its flags as features of {@link QueueLimits}, for who stacks on it. */
  public int features() {
    return feature(QUEUE_FLAG_WC, QueueLimits.FEAT_WRITE_CACHE)
        | feature(QUEUE_FLAG_FUA, QueueLimits.FEAT_FUA)
        | (has(QUEUE_FLAG_NONROT) ? 0 : QueueLimits.FEAT_ROTATIONAL)
        | feature(QUEUE_FLAG_STABLE_WRITES, QueueLimits.FEAT_STABLE_WRITES)
        | feature(QUEUE_FLAG_NOWAIT, QueueLimits.FEAT_NOWAIT)
        | feature(QUEUE_FLAG_POLL, QueueLimits.FEAT_POLL);
  }

  private int feature(int flag, int bit) {
    return has(flag) ? bit : 0;
  }

  /** Takes features of {@link QueueLimits} as its flags. */
  public void setFeatures(int features) {
    boolean cache = (features & QueueLimits.FEAT_WRITE_CACHE) != 0;
    setWriteCache(cache, cache && (features & QueueLimits.FEAT_FUA) != 0);
    set(QUEUE_FLAG_NONROT, (features & QueueLimits.FEAT_ROTATIONAL) == 0);
    set(QUEUE_FLAG_STABLE_WRITES, (features & QueueLimits.FEAT_STABLE_WRITES) != 0);
    set(QUEUE_FLAG_NOWAIT, (features & QueueLimits.FEAT_NOWAIT) != 0);
    set(QUEUE_FLAG_POLL, (features & QueueLimits.FEAT_POLL) != 0);
  }

  /** Mirrors {@code blk_queue_write_cache}, 6.1. */
  public void setWriteCache(boolean writeCache, boolean fua) {
    set(QUEUE_FLAG_HW_WC | QUEUE_FLAG_WC, writeCache);
    set(QUEUE_FLAG_FUA, fua);
  }

  /**
   * Takes other limits and features, in one step, by a driver whose bios may be on their way. Where
   * they are what it has, nobody can tell this step from a look at them.
   */
  public void change(QueueLimits wanted) {
    Sched.point(this, Access.WRITE);
    boolean same = limits.sameAs(wanted) && features() == wanted.features;
    touch(!same);
    limits.set(wanted);
    setFeatures(wanted.features);
  }

  /** The next reads of flags and limits are made by this step. */
  public void look() {
    Sched.point(this, Access.READ);
  }

  /** Users of the queue: submissions in a driver, and who entered it for other reasons. */
  public int users() {
    return USERS.peek(this) & ~FROZEN;
  }

  /** Whether a freeze was started and not ended. */
  public boolean isFrozen() {
    return USERS.peek(this) < 0;
  }

  /** {@code percpu_ref_get}: one more use, by who has the queue entered already. */
  public void get() {
    USERS.add(this, 1);
  }

  public boolean tryEnter() {
    return USERS.incUnlessNegative(this);
  }

  /**
   * Mirrors {@code blk_queue_enter}, 6.1: waits while the queue is frozen, unless told not to.
   *
   * @return 0, -EAGAIN if it would have to wait, -ENODEV if the queue dies
   */
  @KernelSymbol("blk_queue_enter")
  public int enter(boolean nowait) {
    while (!tryEnter()) {
      if (nowait) {
        return -Errno.EAGAIN;
      }
      Sched.await(this, Access.READ, thawed);
      if (dying.get()) {
        return -Errno.ENODEV;
      }
    }
    return 0;
  }

  /** Waits until the queue is thawed or dies. */
  public void awaitThaw() {
    Sched.await(this, Access.READ, thawed);
  }

  public boolean isDying() {
    return dying.get();
  }

  /** Mirrors {@code blk_queue_exit}, 6.1. */
  @KernelSymbol("blk_queue_exit")
  public void exit() {
    USERS.add(this, -1);
  }

  /** Mirrors {@code blk_freeze_queue_start}, 6.1: nobody enters from now on. */
  @KernelSymbol("blk_freeze_queue_start")
  public void freezeStart() {
    Sched.point(this, Access.WRITE);
    if (freezeDepth++ == 0) {
      USERS.orInStep(this, FROZEN);
    }
  }

  /** Mirrors {@code blk_mq_freeze_queue_wait}, 6.1: waits for those that are inside. */
  @KernelSymbol("blk_mq_freeze_queue_wait")
  public void freezeWait() {
    Sched.await(this, Access.READ, drained);
  }

  /** Mirrors {@code blk_mq_freeze_queue}, 6.1. */
  @KernelSymbol("blk_mq_freeze_queue")
  public void freeze() {
    freezeStart();
    freezeWait();
  }

  /** Mirrors {@code blk_mq_unfreeze_queue}, 6.1. */
  @KernelSymbol("blk_mq_unfreeze_queue")
  public void unfreeze() {
    Sched.point(this, Access.WRITE);
    if (--freezeDepth == 0) {
      USERS.andNotInStep(this, FROZEN);
    }
  }

  /** The disk goes away: whoever waits to enter gives up. */
  public void die() {
    Sched.point(this, Access.WRITE);
    dying.set(true);
  }

  private final Blocker thawed =
      new Blocker() {
        @Override
        public boolean ready() {
          return !isFrozen() || dying.get();
        }

        @Override
        public String waitsFor() {
          return "queue " + name + " to be thawed";
        }
      };

  private final Blocker drained =
      new Blocker() {
        @Override
        public boolean ready() {
          return users() == 0;
        }

        @Override
        public String waitsFor() {
          return "users of queue " + name + ", " + users() + " left";
        }
      };
}
