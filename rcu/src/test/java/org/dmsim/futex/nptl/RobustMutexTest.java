package org.dmsim.futex.nptl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.dmsim.futex.Errno;
import org.dmsim.futex.FutexTask;
import org.dmsim.futex.FutexWord;
import org.dmsim.futex.Processes;
import org.dmsim.futex.UserMemory;
import org.dmsim.futex.nptl.MutexLayout.Type;
import org.dmsim.machine.Outcome;
import org.dmsim.strategy.RoundRobin;
import org.junit.jupiter.api.Test;

/**
 * Robust mutexes by what they answer. Marked facts were asked of glibc 2.36 on Linux 6.18.44 with a
 * program of a few lines.
 */
class RobustMutexTest {

  /** Where mutexes lie in the shared page; descriptors lie below, one a thread. */
  private static final int MUTEXES = 2048;

  private final Processes p = new Processes(new RoundRobin());
  private final List<String> seen = new ArrayList<>();
  private int threads;
  private Protocol protocol = Protocol.GLIBC;

  @Test
  void unlock_leavesNothingOnTheListAndNothingPending() {
    List<Long> memory = new ArrayList<>();
    thread(
        "only",
        (t, at) -> {
          RobustMutex a = mutex(t, at, 0);
          RobustMutex b = mutex(t, at, 1);
          note(a.lock(), b.lock());
          memory.add(t.memory().load64(t.head()) - at);
          note(a.unlock(), b.unlock());
          memory.add(t.memory().load64(t.head()) - t.head());
          memory.add(t.memory().load64(t.head() + 16));
        });
    assertEquals(Outcome.End.FINISHED, p.run().end());
    assertEquals(List.of("0 0", "0 0"), seen);
    assertEquals(
        List.of(MUTEXES + MutexLayout.SIZE + 32L, 0L, 0L), memory, "the last one taken is first");
  }

  @Test
  void lock_whenTheOwnerDied_saysSoOnceAndIsUsableWhenMadeConsistent() {
    init(Type.NORMAL, 1);
    thread("dies", (t, at) -> note(mutex(t, at, 0).lock()));
    thread(
        "heir",
        (t, at) -> {
          RobustMutex m = mutex(t, at, 0);
          note(m.lock(), m.markConsistent(), m.markConsistent(), m.unlock());
          note(m.lock(), m.unlock());
        });
    p.run();
    assertEquals(List.of("0", "EOWNERDEAD 0 EINVAL 0", "0 0"), seen);
  }

  /** Asked: with glibc all waiters but the first two sleep for ever. */
  @Test
  void lock_whenNobodyMadeItConsistent_isNotRecoverable() {
    assertEquals(Outcome.End.STUCK, notRecoverable(Protocol.GLIBC));
    assertEquals(List.of("dies 0", "a EOWNERDEAD", "b ENOTRECOVERABLE"), seen);
    RobustMutexTest mended = new RobustMutexTest();
    assertEquals(Outcome.End.FINISHED, mended.notRecoverable(Protocol.MENDED));
    assertEquals(
        List.of(
            "dies 0",
            "a EOWNERDEAD",
            "b ENOTRECOVERABLE",
            "c ENOTRECOVERABLE",
            "d ENOTRECOVERABLE"),
        mended.seen);
  }

  private Outcome.End notRecoverable(Protocol how) {
    protocol = how;
    init(Type.NORMAL, 1);
    thread(
        "dies",
        (t, at) -> {
          seen.add("dies " + Errno.name(mutex(t, at, 0).lock()));
          t.kernel().futexWait(at + 4, 0, false, 1_000);
        });
    for (String name : List.of("a", "b", "c", "d")) {
      thread(
          name,
          (t, at) -> {
            RobustMutex m = mutex(t, at, 0);
            int result = m.lock();
            seen.add(name + " " + Errno.name(result));
            if (result == Errno.EOWNERDEAD) {
              t.kernel().futexWait(at + 4, 0, false, 1_000);
              m.unlock();
            }
          });
    }
    return p.run().end();
  }

  /** Asked: trylock answers EOWNERDEAD, and after the unlock ENOTRECOVERABLE, EBUSY, EBUSY. */
  @Test
  void tryLock_goesTheSameWayAndHoldsWhatItCallsNotRecoverable() {
    init(Type.NORMAL, 2);
    thread("dies", (t, at) -> note(mutex(t, at, 0).lock()));
    thread(
        "heir",
        (t, at) -> {
          RobustMutex m = mutex(t, at, 0);
          note(m.tryLock(), m.unlock());
          note(m.tryLock(), m.tryLock(), m.tryLock());
          RobustMutex other = mutex(t, at, 1);
          note(other.tryLock(), other.tryLock(), other.unlock());
        });
    p.run();
    assertEquals(List.of("0", "EOWNERDEAD 0", "ENOTRECOVERABLE EBUSY EBUSY", "0 EBUSY 0"), seen);
  }

  @Test
  void tryLock_whenMended_letsGoOfWhatIsNotRecoverable() {
    protocol = Protocol.MENDED;
    init(Type.NORMAL, 1);
    thread("dies", (t, at) -> note(mutex(t, at, 0).lock()));
    thread(
        "heir",
        (t, at) -> {
          RobustMutex m = mutex(t, at, 0);
          note(m.tryLock(), m.unlock(), m.tryLock(), m.tryLock(), m.lock());
        });
    p.run();
    assertEquals(
        List.of("0", "EOWNERDEAD 0 ENOTRECOVERABLE ENOTRECOVERABLE ENOTRECOVERABLE"), seen);
  }

  /** Asked: after a time-out list_op_pending still points to the mutex. */
  @Test
  void timedLock_whenTheTimeIsOver_leavesTheAnnouncement() {
    init(Type.NORMAL, 1);
    List<Long> pending = new ArrayList<>();
    thread(
        "holder",
        (t, at) -> {
          RobustMutex m = mutex(t, at, 0);
          note(m.lock());
          t.kernel().futexWait(at + 4, 0, false, 1_000_000);
          note(m.unlock());
        });
    thread(
        "waiter",
        (t, at) -> {
          note(mutex(t, at, 0).lock(5_000));
          pending.add(t.memory().load64(t.head() + 16) - at);
        });
    assertEquals(1_000_000, p.run().now());
    assertEquals(List.of("0", "ETIMEDOUT", "0"), seen);
    assertEquals(List.of(MUTEXES + 32L), pending);
  }

  @Test
  void lock_byItsOwner_dependsOnTheType() {
    assertEquals(List.of("0 EDEADLK EDEADLK 0 EPERM"), relock(Type.ERRORCHECK));
    assertEquals(List.of("0 0 0 0 0"), relock(Type.RECURSIVE));
  }

  private static List<String> relock(Type type) {
    RobustMutexTest test = new RobustMutexTest();
    test.init(type, 1);
    test.thread(
        "only",
        (t, at) -> {
          RobustMutex m = test.mutex(t, at, 0);
          test.note(m.lock(), m.lock(), m.tryLock(), m.unlock(), m.unlock());
        });
    test.p.run();
    return test.seen;
  }

  @Test
  void unlock_byAnother_isRefused() {
    for (Type type : Type.values()) {
      RobustMutexTest test = new RobustMutexTest();
      test.init(type, 1);
      test.thread(
          "holder",
          (t, at) -> {
            test.note(test.mutex(t, at, 0).lock());
            t.kernel().futexWait(at + 4, 0, false, 1_000);
          });
      test.thread("other", (t, at) -> test.note(test.mutex(t, at, 0).unlock()));
      test.p.run();
      assertEquals(List.of("0", "EPERM"), test.seen, type.toString());
    }
  }

  @Test
  void lock_whenTheHolderDiesInItsSleep_isInherited() {
    init(Type.NORMAL, 1);
    FutexTask victim =
        thread(
            "victim",
            (t, at) -> {
              note(mutex(t, at, 0).lock());
              t.kernel().futexWait(at + 4, 0, false, Long.MAX_VALUE);
            });
    thread("waiter", (t, at) -> note(mutex(t, at, 0).lock()));
    p.machine.spawnKthread(
        "killer",
        () -> {
          for (int i = 0; i < p.machine.taskCount(); i++) {
            if (p.machine.task(i).pid() == victim.tid()) {
              p.machine.kill(p.machine.task(i));
            }
          }
        });
    assertEquals(Outcome.End.FINISHED, p.run().end());
    assertEquals(List.of("0", "EOWNERDEAD"), seen);
  }

  @Test
  void plainMutex_whenTheOwnerDied_hangsItsWaiters() {
    init(Type.NORMAL, 1);
    thread("dies", (t, at) -> note(new PlainMutex(t, at + MUTEXES, false).lock()));
    thread(
        "waiter",
        (t, at) -> {
          PlainMutex m = new PlainMutex(t, at + MUTEXES, false);
          note(m.tryLock(), m.lock(1_000));
          note(m.lock());
        });
    assertEquals(Outcome.End.STUCK, p.run().end());
    assertEquals(List.of("0", "EBUSY ETIMEDOUT"), seen);
  }

  @Test
  void plainMutex_handsItselfOn() {
    init(Type.NORMAL, 1);
    for (String name : List.of("a", "b", "c")) {
      thread(
          name,
          (t, at) -> {
            PlainMutex m = new PlainMutex(t, at + MUTEXES, false);
            note(m.lock());
            t.kernel().futexWait(at + 4, 0, false, 1_000);
            note(m.unlock());
          });
    }
    assertEquals(Outcome.End.FINISHED, p.run().end());
    assertEquals(List.of("0", "0", "0", "0", "0", "0"), seen);
  }

  // ---- what the tests are made of --------------------------------------------------------------

  private void init(Type type, int mutexes) {
    p.machine.boot(
        () -> {
          UserMemory memory = p.memory("set-up", Processes.PAGE);
          for (int i = 0; i < mutexes; i++) {
            MutexLayout.init(
                memory, Processes.PAGE + MUTEXES + i * MutexLayout.SIZE, "mutex " + i, type);
          }
        });
  }

  private RobustMutex mutex(Pthread t, long at, int number) {
    return new RobustMutex(t, at + MUTEXES + number * MutexLayout.SIZE);
  }

  private void note(int... results) {
    List<String> names = new ArrayList<>();
    for (int r : results) {
      names.add(Errno.name(r));
    }
    seen.add(String.join(" ", names));
  }

  /** A process of its own, which sees the shared page at an address of its own. */
  private FutexTask thread(String name, BiConsumer<Pthread, Long> body) {
    int number = threads++;
    long at = Processes.PAGE + number * 0x100_0000L;
    UserMemory memory = p.memory(name, at);
    Pthread[] self = new Pthread[1];
    Function<FutexTask, Pthread> make =
        kernel -> new Pthread(kernel, at + 64 + number * Pthread.SIZE, protocol);
    FutexTask kernel =
        p.spawn(
            name,
            memory,
            k -> {
              self[0].start();
              body.accept(self[0], at);
            });
    p.machine.boot(() -> self[0] = make.apply(kernel));
    return kernel;
  }

  @Test
  void word_namesItsBits() {
    assertEquals("57|WAITERS", FutexWord.describe(57 | FutexWord.WAITERS));
    assertEquals("0|WAITERS|OWNER_DIED", FutexWord.describe(0xc000_0000));
  }
}
