package org.dmsim.futex.nptl;

import java.util.Arrays;
import org.dmsim.futex.Errno;
import org.dmsim.futex.FutexTable;
import org.dmsim.futex.FutexTask;
import org.dmsim.futex.Pages;
import org.dmsim.futex.UserMemory;
import org.dmsim.futex.nptl.MutexLayout.Type;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The mutexes, the wait queues beneath them and the walk at a thread's end, on real threads: what
 * they protect behaves as if one operation came after the other, and nobody sleeps on.
 */
class FutexLincheckTest {

  private static final int THREADS = 3;
  private static final long PAGE = 0x1000_0000L;
  private static final long MUTEX = PAGE + 2048;

  /**
   * A counter behind a robust mutex; a thread may die with the mutex held and the count half done.
   */
  public static class RobustCounter {
    private final Pthread[] threads = threads(Type.NORMAL);
    private int count;
    private int half;

    /** Twice the count, and one more for whoever inherits. */
    @Operation
    public int increment(@Param(gen = ThreadIdGen.class) int thread) {
      RobustMutex m = new RobustMutex(threads[thread], MUTEX);
      int result = m.lock();
      if (result == Errno.EOWNERDEAD) {
        half = count;
        m.markConsistent();
      }
      int seen = count;
      if (half != seen) {
        throw new IllegalStateException("two hold the mutex");
      }
      half = seen + 1;
      count = seen + 1;
      m.unlock();
      return 2 * seen + (result == Errno.EOWNERDEAD ? 1 : 0);
    }

    /** Dies between the two halves; the thread id is used again at once. */
    @Operation
    public int die(@Param(gen = ThreadIdGen.class) int thread) {
      RobustMutex m = new RobustMutex(threads[thread], MUTEX);
      int result = m.lock();
      half = count + 7;
      threads[thread].kernel().exit();
      threads[thread].start();
      return result;
    }
  }

  /** A counter behind a plain mutex. */
  public static class PlainCounter {
    private final Pthread[] threads = threads(Type.NORMAL);
    private int count;

    /** The count before. */
    @Operation
    public int increment(@Param(gen = ThreadIdGen.class) int thread) {
      PlainMutex m = new PlainMutex(threads[thread], MUTEX, true);
      m.lock();
      int seen = count;
      count = seen + 1;
      m.unlock();
      return seen;
    }

    /** The count. */
    @Operation
    public int get(@Param(gen = ThreadIdGen.class) int thread) {
      PlainMutex m = new PlainMutex(threads[thread], MUTEX, true);
      m.lock();
      int seen = count;
      m.unlock();
      return seen;
    }
  }

  private static Pthread[] threads(Type type) {
    FutexTable table = new FutexTable(2);
    Pages page = new Pages("page", UserMemory.PAGE_SIZE);
    UserMemory memory = new UserMemory("process");
    memory.map(PAGE, page);
    MutexLayout.init(memory, MUTEX, "mutex", type);
    Pthread[] threads = new Pthread[THREADS + 2];
    Arrays.setAll(
        threads,
        i -> {
          FutexTask kernel = FutexTask.ofThread(table, memory, 100 + i, 2048);
          Pthread t = new Pthread(kernel, PAGE + 64L * i, Protocol.GLIBC);
          t.start();
          return t;
        });
    return threads;
  }

  @Test
  void robustMutex_modelChecked() {
    modelChecking().check(RobustCounter.class);
  }

  @Test
  void plainMutex_modelChecked() {
    modelChecking().check(PlainCounter.class);
  }

  @Test
  void robustMutex_underStress() {
    stress().check(RobustCounter.class);
  }

  @Test
  void plainMutex_underStress() {
    stress().check(PlainCounter.class);
  }

  @Tag("deep")
  @ParameterizedTest
  @ValueSource(classes = {RobustCounter.class, PlainCounter.class})
  void mutexes_forLong(Class<?> counter) {
    modelChecking().iterations(15).invocationsPerIteration(500).check(counter);
    stress().iterations(30).invocationsPerIteration(2_000).check(counter);
  }

  private static ModelCheckingOptions modelChecking() {
    return new ModelCheckingOptions()
        .threads(2)
        .actorsPerThread(2)
        .actorsBefore(0)
        .actorsAfter(1)
        .iterations(2)
        .invocationsPerIteration(40);
  }

  private static StressOptions stress() {
    return new StressOptions()
        .threads(THREADS)
        .actorsPerThread(3)
        .actorsBefore(0)
        .actorsAfter(1)
        .iterations(5)
        .invocationsPerIteration(500);
  }
}
