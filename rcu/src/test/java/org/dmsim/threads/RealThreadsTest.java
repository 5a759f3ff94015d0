package org.dmsim.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.dmsim.rcu.Rcu;
import org.dmsim.rcu.RcuPointer;
import org.dmsim.srcu.SrcuStruct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same classes where no machine is: readers are threads, and waiting is parking. */
@Timeout(600)
class RealThreadsTest {

  private static final int UPDATES = 2_000;

  /** What is freed while it must not be used any more. */
  private static final class Node {
    private volatile boolean freed;

    void use() {
      if (freed) {
        throw new AssertionError("used after it was freed");
      }
    }
  }

  /** Readers run until the updates are made; whatever goes wrong in one fails the test. */
  private static void stress(
      RcuPointer<Node> map, Runnable read, Consumer<Node> retire, Runnable end)
      throws InterruptedException {
    AtomicReference<Throwable> wrong = new AtomicReference<>();
    AtomicInteger over = new AtomicInteger();
    map.assign(new Node());
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      readers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (over.get() == 0) {
                        read.run();
                      }
                    } catch (Throwable t) {
                      wrong.set(t);
                    }
                  }));
    }
    for (int i = 0; i < UPDATES && wrong.get() == null; i++) {
      retire.accept(map.replace(new Node(), () -> true));
    }
    end.run();
    over.set(1);
    for (Thread t : readers) {
      t.join();
    }
    assertNull(wrong.get(), () -> "" + wrong.get());
  }

  @Test
  void rcu_synchronize() throws InterruptedException {
    RcuPointer<Node> map = new RcuPointer<>("map");
    stress(
        map,
        () -> {
          Rcu.readLock();
          Node n = map.dereference();
          Rcu.readLock();
          n.use();
          Rcu.readUnlock();
          n.use();
          Rcu.readUnlock();
        },
        old -> {
          Rcu.synchronize();
          old.freed = true;
        },
        () -> {});
  }

  @Test
  void rcu_callbacksAndBarrier() throws InterruptedException {
    RcuPointer<Node> map = new RcuPointer<>("map");
    List<Node> retired = new ArrayList<>();
    stress(
        map,
        () -> {
          Rcu.readLock();
          map.dereference().use();
          Rcu.readUnlock();
        },
        old -> {
          retired.add(old);
          Rcu.call(() -> old.freed = true);
        },
        Rcu::barrier);
    assertEquals(UPDATES, retired.size());
    retired.forEach(n -> assertTrue(n.freed));
  }

  @Test
  void srcu_overlappingSections() throws InterruptedException {
    RcuPointer<Node> map = new RcuPointer<>("map");
    SrcuStruct srcu = new SrcuStruct("domain");
    stress(
        map,
        () -> {
          int first = srcu.readLock();
          Node a = srcu.dereference(map);
          int second = srcu.readLock();
          Node b = srcu.dereference(map);
          a.use();
          srcu.readUnlock(first);
          b.use();
          srcu.readUnlock(second);
        },
        old -> {
          srcu.synchronize();
          old.freed = true;
        },
        () -> {});
  }

  @Test
  void srcu_callbacksAndBarrier() throws InterruptedException {
    SrcuStruct srcu = new SrcuStruct("domain");
    AtomicInteger ran = new AtomicInteger();
    for (int i = 0; i < 100; i++) {
      srcu.call(ran::incrementAndGet);
    }
    srcu.barrier();
    assertEquals(100, ran.get());
  }

  @Test
  void srcu_aSectionMayBeClosedByAnotherThread() throws InterruptedException {
    SrcuStruct srcu = new SrcuStruct("domain");
    int idx = srcu.downRead();
    Thread t =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    Thread.sleep(20);
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                  srcu.upRead(idx);
                });
    srcu.synchronize();
    t.join();
  }

  @Test
  void rcu_aThreadThatEndsInside_holdsNobodyUp() throws InterruptedException {
    Thread t = Thread.ofPlatform().start(Rcu::readLock);
    t.join();
    Rcu.synchronize();
  }

  @Test
  void rcu_misuse_isRefused() {
    assertThrows(IllegalStateException.class, Rcu::readUnlock);
    Rcu.readLock();
    assertThrows(IllegalStateException.class, Rcu::synchronize);
    Rcu.readUnlock();
  }

  @Test
  void srcu_countsOfThreadsThatEnded_areKept() throws InterruptedException {
    SrcuStruct srcu = new SrcuStruct("domain");
    for (int i = 0; i < 200; i++) {
      CountDownLatch opened = new CountDownLatch(1);
      AtomicInteger idx = new AtomicInteger();
      Thread t =
          Thread.ofPlatform()
              .start(
                  () -> {
                    idx.set(srcu.downRead());
                    opened.countDown();
                  });
      opened.await();
      t.join();
      srcu.upRead(idx.get());
      srcu.synchronize();
    }
  }
}
