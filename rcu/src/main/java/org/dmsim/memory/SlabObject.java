package org.dmsim.memory;

import java.util.function.Consumer;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.Lockdep;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.CallTrace;
import org.dmsim.report.Check;
import org.dmsim.report.DmsimFault;
import org.dmsim.report.KernelSymbol;
import org.dmsim.report.Report;
import org.dmsim.splat.Splat;
import org.dmsim.splat.Taint;

/**
 * An object whose memory is allocated and freed. Modelled code calls {@link #touch} where the
 * kernel reads or writes it; a touch after {@link #free} is reported as KASAN does, and the task
 * goes on, as it does there.
 */
public abstract class SlabObject extends Shared {

  private static final int LIVE = 0;
  private static final int FREED = 1;

  /** Freed, and a touch was reported: one report an object is enough. */
  private static final int REPORTED = 2;

  private final String cache;
  private int state;
  private SlabObject next;
  private SlabObject previous;
  private History history = History.NONE;

  /** Where and by whom an object was allocated and freed. */
  private record History(int allocator, CallTrace allocated, int freer, CallTrace freed) {
    static final History NONE = new History(0, CallTrace.NONE, 0, CallTrace.NONE);

    @KernelSymbol("kasan_set_track")
    static CallTrace track() {
      return saveStack();
    }

    @KernelSymbol("kasan_save_stack")
    private static CallTrace saveStack() {
      return Task.callTrace();
    }
  }

  /** As {@link #SlabObject(String, String)}, of an object that has no name but its cache's. */
  protected SlabObject(String cache) {
    this(cache, cache);
  }

  /**
   * Allocated now, by the current task.
   *
   * @param cache the slab cache that it comes from: {@code kmalloc-2k}
   * @param name what it is: {@code dm_table}
   */
  @KernelSymbol("__kasan_kmalloc")
  protected SlabObject(String cache, String name) {
    this(cache, name, true);
  }

  /**
   * As {@link #SlabObject(String, String)}; {@code slab} tells it from pages, which no slab cache
   * gives.
   */
  SlabObject(String cache, String name, boolean slab) {
    super(name);
    this.cache = cache;
    Task t = Task.current();
    if (t != null) {
      boolean attended = t.machine().isAttended();
      if (attended && slab && t.machine().isRealtime()) {
        AllocatorLocks.slab();
      }
      Memory.of(t.machine()).live().add(this);
      if (attended) {
        if (t.machine().configuration().positions()) {
          history = new History(t.pid(), History.track(), 0, CallTrace.NONE);
        }
        Allocated.tell(t, this);
      }
    }
  }

  /**
   * Says that the current task reads or writes the object. A scheduling point: uses commute with
   * one another, and only the order of a use and the free can be told, so a search tries both.
   */
  public final void touch() {
    Sched.point(this, Access.READ);
    if (state == FREED) {
      useAfterFree(8, false);
    }
  }

  /** As {@link #touch}, for a write. */
  public final void touchWrite() {
    Sched.point(this, Access.READ);
    if (state == FREED) {
      useAfterFree(8, true);
    }
  }

  /**
   * As {@link #touch}, but no scheduling point: for an object that only the current task can reach,
   * or whose use stands in one step with another access to it.
   */
  public final void touchOwned() {
    if (state == FREED) {
      useAfterFree(8, false);
    }
  }

  /**
   * Frees the object: {@code kfree}, {@code kmem_cache_free}. A scheduling point, as a write is.
   */
  @KernelSymbol("__kmem_cache_free")
  public final void free() {
    Sched.point(this, Access.WRITE);
    release();
  }

  /**
   * As {@link #free}, but no scheduling point of its own: a part of the step being made, for an
   * object that the current task alone should still know.
   */
  @KernelSymbol("__kmem_cache_free")
  public final void freeOwned() {
    Sched.touch(this, Access.WRITE);
    release();
  }

  private void release() {
    Task t = Task.current();
    if (state != LIVE) {
      doubleFree(t);
      return;
    }
    state = FREED;
    if (t == null) {
      return;
    }
    if (t.machine().isAttended()) {
      releaseAttended(t);
    } else {
      unlink();
    }
  }

  private void releaseAttended(Task t) {
    if (t.machine().isRealtime()) {
      givesBack();
    }
    unlink();
    Freed.tell(t, this);
    if (t.machine().configuration().positions()) {
      noteFree(t);
    }
  }

  /** What its allocator does with the memory, as far as PREEMPT_RT lets it be seen. */
  void givesBack() {
    AllocatorLocks.slab();
  }

  @KernelSymbol("__kasan_slab_free")
  private void noteFree(Task t) {
    history = new History(history.allocator, history.allocated, t.pid(), History.track());
  }

  /** Whether it was freed. */
  public final boolean isFreed() {
    return state != LIVE;
  }

  /** The cache that it comes from. */
  public final String cache() {
    return cache;
  }

  /**
   * Whether something that may live on still points at it when the run ends; asked then, and by
   * default true only of what was made while the machine was set up. If false, the object is a
   * leak.
   */
  protected boolean isReachable() {
    return isOfSetUp();
  }

  @KernelSymbol("kasan_report")
  private void useAfterFree(int size, boolean write) {
    Task t = Task.current();
    if (t == null) {
      throw new IllegalStateException("use after free of " + label());
    }
    String where = touchedBy();
    Splat splat = start(t, Check.USE_AFTER_FREE, "use-after-free in " + where);
    splat.line(
        (write ? "Write" : "Read")
            + " of size "
            + size
            + " at addr "
            + address()
            + " by task "
            + t.comm()
            + "/"
            + t.pid());
    finish(t, splat);
  }

  private void doubleFree(Task t) {
    if (t == null) {
      throw new IllegalStateException("double free of " + label());
    }
    finish(t, start(t, Check.DOUBLE_FREE, "double-free in " + touchedBy()));
  }

  private static String touchedBy() {
    return Task.callTrace().frames().stream()
        .filter(f -> !f.symbol().contains("kasan") && !f.symbol().equals("__kmem_cache_free"))
        .findFirst()
        .map(CallTrace.Frame::toString)
        .orElse("?");
  }

  private static Splat start(Task t, Check check, String what) {
    return new Splat(t, check)
        .line("==================================================================")
        .headline("BUG: KASAN: " + what);
  }

  @KernelSymbol("print_report")
  private void finish(Task t, Splat splat) {
    splat.line("").dumpStack();
    if (history != History.NONE) {
      splat.line("").line("Allocated by task " + history.allocator + ":");
      history.allocated.frames().forEach(f -> splat.line(" " + f));
      splat.line("").line("Freed by task " + history.freer + ":");
      history.freed.frames().forEach(f -> splat.line(" " + f));
    }
    splat
        .line("")
        .line("The buggy address belongs to the object at " + address())
        .line(" which belongs to the cache " + cache + ", " + label())
        .line("==================================================================");
    state = REPORTED;
    Taint.of(t.machine()).bad();
    if (Lockdep.of(t.machine()).turnOff()) {
      splat.line("Disabling lock debugging due to kernel taint");
    }
    splat.make(Memory.counts(t));
  }

  private String address() {
    return Long.toHexString(LockMap.address(id()));
  }

  /** The report that nobody points at it any more. */
  final Report leaked() {
    Task t = Task.current();
    if (t == null) {
      throw new DmsimFault("leaks are looked for outside a machine");
    }
    Splat splat =
        new Splat(t, Check.LEAK)
            .headline("unreferenced object " + address() + ": " + label() + " of cache " + cache);
    if (history != History.NONE) {
      splat.line("Allocated by task " + history.allocator + ":");
      history.allocated.frames().forEach(f -> splat.line(" " + f));
    }
    return splat.report(Report.Counts.NONE);
  }

  private void unlink() {
    if (previous != null) {
      previous.next = next;
      if (next != null) {
        next.previous = previous;
      }
      previous = null;
      next = null;
    }
  }

  /** The objects of a machine that are alive, newest first. */
  static final class Head {
    private final SlabObject head = new SlabObject() {};

    void add(SlabObject o) {
      o.next = head.next;
      o.previous = head;
      if (head.next != null) {
        head.next.previous = o;
      }
      head.next = o;
    }

    void forEach(Consumer<SlabObject> action) {
      for (SlabObject o = head.next; o != null; o = o.next) {
        action.accept(o);
      }
    }
  }

  /** A list head. */
  private SlabObject() {
    super("list of objects");
    cache = "";
  }
}
