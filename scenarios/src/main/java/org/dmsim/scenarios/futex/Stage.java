package org.dmsim.scenarios.futex;

import java.util.List;
import java.util.function.Consumer;
import org.dmsim.futex.DeathPolicy;
import org.dmsim.futex.Errno;
import org.dmsim.futex.FutexTask;
import org.dmsim.futex.FutexWord;
import org.dmsim.futex.Pages;
import org.dmsim.futex.UserMemory;
import org.dmsim.futex.nptl.MutexLayout;
import org.dmsim.futex.nptl.Protocol;
import org.dmsim.futex.nptl.Pthread;
import org.dmsim.futex.nptl.RobustMutex;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Task;
import org.dmsim.report.Check;
import org.dmsim.report.Report;

/**
 * What the scenarios share: processes that have one page in common, in it mutexes, and data in two
 * halves that are equal whenever nobody is inside.
 */
final class Stage {

  private static final long PAGE = 0x1000_0000L;
  private static final long MUTEXES = PAGE + 1024;
  private static final long DATA = PAGE + 2048;
  private static final int OTHER_HALF = 8;

  private final Machine machine;
  private final Protocol protocol;
  private final DeathPolicy policy;
  private Pages page;
  private int threads;

  Stage(Machine machine, Protocol protocol, DeathPolicy policy) {
    this.machine = machine;
    this.protocol = protocol;
    this.policy = policy;
  }

  /** As glibc means it, on a kernel that has all the fixes. */
  Stage(Machine machine, Protocol protocol) {
    this(machine, protocol, DeathPolicy.WAKE_UNLESS_OWNER_WILL);
  }

  /** Before the run in the machine's set-up, later as part of the task that asks. */
  private void setUp(Runnable action) {
    if (Task.current() == null) {
      machine.boot(action);
    } else {
      action.run();
    }
  }

  /** Makes the page and its mutexes, free. */
  Stage withMutexes(int count) {
    setUp(
        () -> {
          page = new Pages("shared", UserMemory.PAGE_SIZE);
          page.name((int) (DATA - PAGE), 4, "data, first half");
          page.name((int) (DATA - PAGE) + OTHER_HALF, 4, "data, other half");
          UserMemory setUp = new UserMemory("set-up");
          setUp.map(PAGE, page);
          for (int i = 0; i < count; i++) {
            String name = count == 1 ? "mutex" : "mutex " + i;
            MutexLayout.init(setUp, mutex(i), name, MutexLayout.Type.NORMAL);
          }
        });
    return this;
  }

  /** The first mutex was held by a thread that is dead already. */
  Stage whoseOwnerDied() {
    page.poke32((int) (mutex(0) - PAGE), FutexWord.OWNER_DIED);
    return this;
  }

  static long mutex(int number) {
    return MUTEXES + (long) number * MutexLayout.SIZE;
  }

  /** A process with one thread. */
  Task thread(String comm, Consumer<Pthread> body) {
    return thread(comm, Pthread::start, body, new Pthread[1]);
  }

  private Task thread(
      String comm, Consumer<Pthread> begin, Consumer<Pthread> body, Pthread[] self) {
    int number = threads++;
    Task[] task = new Task[1];
    setUp(
        () -> {
          UserMemory memory = new UserMemory(comm);
          memory.map(PAGE, page);
          task[0] =
              machine.spawn(
                  comm,
                  () -> {
                    begin.accept(self[0]);
                    body.accept(self[0]);
                  });
          FutexTask kernel =
              FutexTask.attach(task[0], memory, 0, FutexTask.ROBUST_LIST_LIMIT, policy);
          self[0] = new Pthread(kernel, PAGE + (long) number * Pthread.SIZE, protocol);
        });
    return task[0];
  }

  /**
   * A process whose thread holds the first so many mutexes when the story begins; how it came by
   * them is no part of the story.
   */
  Task holder(String comm, int mutexes, Consumer<Pthread> body) {
    Pthread[] self = new Pthread[1];
    Task task = thread(comm, t -> {}, body, self);
    setUp(
        () -> {
          self[0].start();
          for (int i = 0; i < mutexes; i++) {
            new RobustMutex(self[0], mutex(i)).lock();
          }
        });
    return task;
  }

  /** Somebody who kills the task, at any time at all. */
  void killer(Task victim) {
    machine.exposeToKill(victim);
    machine.spawnKthread("kill", () -> machine.kill(victim));
  }

  /** Locks, changes both halves of the data, unlocks; puts the data in order after a death. */
  void lockAndUnlock(Pthread self) {
    RobustMutex mutex = new RobustMutex(self, mutex(0));
    inside(self, mutex, mutex.lock());
  }

  /** Locks, and ends with the mutex held: the next one is told. */
  static void lockAndDie(Pthread self) {
    new RobustMutex(self, mutex(0)).lock();
  }

  /** What is done with a mutex that {@code lock} answered for. */
  void inside(Pthread self, RobustMutex mutex, int result) {
    UserMemory memory = self.kernel().memory();
    int value = memory.load32(DATA);
    if (result == Errno.EOWNERDEAD) {
      memory.store32(DATA + OTHER_HALF, value);
      mutex.markConsistent();
    } else if (result != 0) {
      wrong("pthread_mutex_lock answered " + Errno.name(result));
      return;
    } else if (memory.load32(DATA + OTHER_HALF) != value) {
      wrong("the data is torn, and nobody said that its owner had died");
    }
    memory.store32(DATA, value + 1);
    memory.store32(DATA + OTHER_HALF, value + 1);
    mutex.unlock();
  }

  void wrong(String claim) {
    String headline = "WRONG: " + claim;
    machine.report(
        new Report(
            Check.ASSERTION, headline, List.of(headline), machine.step(), Report.Counts.NONE));
  }
}
