package org.dmsim.locking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import org.dmsim.OnThreads;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Locks, wait queues and completions on real threads: what they protect behaves as if one operation
 * came after the other. Every operation comes to an end whatever the other threads do, so that one
 * which does not is a finding.
 */
class LockingLincheckTest {

  /** A number that many read and one writes. */
  public static class UnderRwSemaphore {
    private final RwSemaphore lock = new RwSemaphore("&lock");
    private int first;
    private int second;

    /** The number; it is kept twice. */
    @Operation
    public int get() {
      lock.downRead();
      int seen = first;
      boolean torn = seen != second;
      lock.upRead();
      return torn ? -1 : seen;
    }

    /** The number before. */
    @Operation
    public int increment() {
      lock.downWrite();
      int seen = first;
      first = seen + 1;
      second = seen + 1;
      lock.upWrite();
      return seen;
    }

    /** The number before, without sleeping. */
    @Operation
    public int tryIncrement() {
      while (!lock.downWriteTrylock()) {
        Thread.onSpinWait();
      }
      int seen = first;
      first = seen + 1;
      second = seen + 1;
      lock.upWrite();
      return seen;
    }
  }

  /** Threads that are served in the order of their tickets. */
  public static class WaitQueueTurns {
    private final WaitQueue queue = new WaitQueue("&turns");
    private final Mutex lock = new Mutex("&lock");
    private volatile int served;
    private int tickets;

    /** How many were served before. */
    @Operation
    public int serve() {
      lock.lock();
      int ticket = tickets++;
      lock.unlock();
      queue.waitEvent(() -> served == ticket);
      int before = served;
      served = before + 1;
      queue.wakeUpAll();
      return before;
    }

    /** How many are served. */
    @Operation
    public int served() {
      return served;
    }
  }

  /** What has been completed and not been waited for. */
  public static class Completions {
    private final Completion done = new Completion("&done");

    /** One more. */
    @Operation
    public void complete() {
      done.complete();
    }

    /** Everything, for good. */
    @Operation
    public void completeAll() {
      done.completeAll();
    }

    /** One less, if there is any. */
    @Operation
    public boolean tryWaitFor() {
      return done.tryWaitFor();
    }

    /** Whether there is any. */
    @Operation
    public boolean isDone() {
      return done.isDone();
    }
  }

  /** As many waits as completions, each behind its own: none is without end. */
  public static class CompletionsWaitedFor {
    private final Completion done = new Completion("&done");

    /** One more, and then one less. */
    @Operation
    public void handOver() {
      done.complete();
      done.waitFor();
    }

    /** Two more, and then two less. */
    @Operation
    public void handOverTwice() {
      done.complete();
      done.complete();
      done.waitFor();
      done.waitFor();
    }
  }

  /** Numbers under the locks that one holds at a time. */
  public static class UnderMutexes {
    private final Mutex mutex = new Mutex("&mutex");
    private final SpinLock spin = new SpinLock("&spin");
    private final Semaphore semaphore = new Semaphore("&semaphore", 1);
    private int a;
    private int b;
    private int c;

    /** The number before. */
    @Operation
    public int underMutex() {
      mutex.lock();
      int seen = a++;
      mutex.unlock();
      return seen;
    }

    /** The number before. */
    @Operation
    public int underSpinLock() {
      spin.lock();
      int seen = b++;
      spin.unlock();
      return seen;
    }

    /** The number before. */
    @Operation
    public int underSemaphore() {
      semaphore.down();
      int seen = c++;
      semaphore.up();
      return seen;
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        UnderRwSemaphore.class,
        WaitQueueTurns.class,
        Completions.class,
        CompletionsWaitedFor.class,
        UnderMutexes.class
      })
  void isLinearizable(Class<?> structure) {
    OnThreads.check(structure, structure);
  }

  @Tag("deep")
  @ParameterizedTest
  @ValueSource(
      classes = {
        UnderRwSemaphore.class,
        WaitQueueTurns.class,
        Completions.class,
        CompletionsWaitedFor.class,
        UnderMutexes.class
      })
  void isLinearizable_forLong(Class<?> structure) {
    OnThreads.checkForLong(structure, structure);
  }

  @Test
  void completion_losesNoCount() {
    OnThreads.checkScenario(
        Completions.class, "complete : tryWaitFor | complete tryWaitFor : tryWaitFor isDone");
  }

  /** Fairness is no matter of linearizability: a reader comes in, but behind the writer. */
  @Test
  @Timeout(600)
  void aReaderDoesNotPassAWriterThatWaits() throws InterruptedException {
    RwSemaphore lock = new RwSemaphore("&lock");
    lock.downRead();
    Thread writer = Thread.ofPlatform().start(lock::downWrite);
    while (writer.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    CountDownLatch asked = new CountDownLatch(1);
    boolean[] passed = {true};
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  passed[0] = lock.downReadTrylock();
                  asked.countDown();
                });
    asked.await();
    reader.join();
    assertFalse(passed[0]);
    lock.upRead();
    writer.join();
    assertEquals(Thread.State.TERMINATED, writer.getState());
    assertTrue(!lock.downWriteTrylock());
  }
}
