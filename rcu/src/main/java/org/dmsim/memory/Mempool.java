package org.dmsim.memory;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.dmsim.context.MightSleep;
import org.dmsim.locking.WaitQueue;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;

/**
 * A pool that keeps elements in reserve; mirrors mm/mempool.c, 6.1.
 *
 * <p>Whoever may sleep gets an element in the end, if elements come back. A sleeper that was woken
 * looks at the pool again, and so at the object that the pool is embedded in.
 *
 * @param <T> element
 */
public final class Mempool<T> extends Shared {

  /** {@code 5*HZ}: how long a sleeper waits before it looks again unasked, nanoseconds. */
  private static final long PATIENCE = 5_000_000_000L;

  private final SlabObject container;
  private final int minNr;
  private final Supplier<T> alloc;
  private final Consumer<T> free;
  private final ArrayDeque<T> reserve;
  private final WaitQueue wait;
  private boolean exited;

  /**
   * A pool with its reserve filled.
   *
   * @param name for reports
   * @param container what the pool is embedded in, and freed with; null for none
   * @param minNr elements in reserve
   * @param alloc makes an element where memory is there; on real threads it says itself, by null,
   *     that none is
   * @param free takes an element apart
   */
  public Mempool(
      String name, SlabObject container, int minNr, Supplier<T> alloc, Consumer<T> free) {
    super(name);
    this.container = container;
    this.minNr = minNr;
    this.alloc = alloc;
    this.free = free;
    this.reserve = new ArrayDeque<>(minNr);
    this.wait = new WaitQueue("&pool->wait");
    for (int i = 0; i < minNr; i++) {
      reserve.add(Objects.requireNonNull(alloc.get(), "no memory for the reserve"));
    }
  }

  /**
   * {@code mempool_alloc}.
   *
   * @return an element; null where memory failed, the reserve is empty and {@code gfp} forbids to
   *     wait
   */
  @KernelSymbol("mempool_alloc")
  public T alloc(int gfp) {
    MightSleep.alloc(gfp);
    if (Task.current() == null) {
      return allocOnThread(gfp);
    }
    int rest = gfp | Gfp.NOMEMALLOC | Gfp.NORETRY | Gfp.NOWARN;
    int first = rest & ~(Gfp.DIRECT_RECLAIM | Gfp.IO);
    for (int mask = first; ; ) {
      touchPool();
      if (Memory.succeeds(mask)) {
        return alloc.get();
      }
      Sched.point(this, Access.WRITE);
      if (!reserve.isEmpty()) {
        return reserve.poll();
      }
      if (mask != rest) {
        mask = rest;
      } else if (!Gfp.allowsBlocking(rest)) {
        return null;
      } else {
        sleep();
      }
    }
  }

  private T allocOnThread(int gfp) {
    boolean interrupted = false;
    T element;
    while ((element = take()) == null && Gfp.allowsBlocking(gfp)) {
      interrupted |= awaitElement();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return element;
  }

  private T take() {
    T fresh = alloc.get();
    if (fresh != null) {
      return fresh;
    }
    synchronized (reserve) {
      return reserve.poll();
    }
  }

  /** Waits for something in reserve; true if the thread was interrupted meanwhile. */
  private boolean awaitElement() {
    synchronized (reserve) {
      try {
        if (reserve.isEmpty()) {
          reserve.wait(PATIENCE / 1_000_000);
        }
        return false;
      } catch (InterruptedException e) {
        return true;
      }
    }
  }

  private void freeOnThread(T element) {
    synchronized (reserve) {
      if (reserve.size() < minNr) {
        reserve.add(element);
        reserve.notify();
        return;
      }
    }
    free.accept(element);
  }

  /** Asleep until an element comes back; nothing can come back between the look and the sleep. */
  private void sleep() {
    WaitQueue.Entry e = wait.prepareToWait(false);
    ioScheduleTimeout(e);
    touchPool();
    wait.finishWait(e);
  }

  @KernelSymbol("io_schedule_timeout")
  private void ioScheduleTimeout(WaitQueue.Entry e) {
    if (reserve.isEmpty()) {
      wait.sleep(e, PATIENCE);
    }
  }

  /** {@code mempool_free}: into the reserve if that is not full, and wakes who waits for it. */
  @KernelSymbol("mempool_free")
  public void free(T element) {
    if (element == null) {
      return;
    }
    if (Task.current() == null) {
      freeOnThread(element);
      return;
    }
    Sched.point(this, Access.WRITE);
    if (container != null) {
      Sched.touch(container, Access.READ);
      container.touchOwned();
    }
    if (exited && container == null) { // of a container, its memory tells
      KernelBug.nullPointer();
    }
    if (reserve.size() < minNr) {
      reserve.add(element);
      wait.wakeUp();
      return;
    }
    free.accept(element);
  }

  /**
   * {@code mempool_exit}: takes the reserve apart. The array of the reserve is gone from here on,
   * so that an element given back later is put where a null pointer points.
   */
  @KernelSymbol("mempool_exit")
  public void exit() {
    Sched.point(this, Access.WRITE);
    exited = true;
    while (!reserve.isEmpty()) {
      free.accept(reserve.poll());
    }
  }

  private void touchPool() {
    if (container != null) {
      container.touch();
    }
  }

  /** Elements in reserve. */
  public int available() {
    return reserve.size();
  }
}
