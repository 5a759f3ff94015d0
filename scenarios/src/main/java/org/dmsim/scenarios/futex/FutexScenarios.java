package org.dmsim.scenarios.futex;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.dmsim.futex.DeathPolicy;
import org.dmsim.futex.nptl.PlainMutex;
import org.dmsim.futex.nptl.Protocol;
import org.dmsim.futex.nptl.RobustMutex;
import org.dmsim.machine.Machine;

/** The scenarios of robust futexes: what each design decision is there for. */
public final class FutexScenarios {

  private static final String SEED = "robust-futexes.rst";

  private static final List<FutexScenario> ALL =
      List.of(
          of(
              "killed-with-a-plain-mutex",
              "waiters of a mutex that is not robust wait for ever once its owner is killed",
              SEED + ", Background",
              FutexScenarios::plainMutex),
          of(
              "killed-between-lock-and-list",
              "a thread killed after it took the word and before it is on its list leaves the lock"
                  + " held for ever, unless it said before which lock it was about to take",
              SEED + ", list_op_pending",
              FutexScenarios::betweenLockAndList),
          of(
              "killed-between-unlock-and-wake",
              "a thread killed after it gave the word back and before it woke a waiter takes the"
                  + " wake-up with it",
              "ca16d5bee598 futex: Prevent robust futex exit race",
              FutexScenarios::betweenUnlockAndWake),
          of(
              "killed-heir",
              "a waiter that was woken by its owner's death and is killed before it can act takes"
                  + " the notice with it",
              "90d758896787 futex: Resend potentially swallowed owner death notification",
              FutexScenarios::killedHeir),
          of(
              "killed-behind-a-new-owner",
              "a waiter that was woken finds the lock taken again and is killed before it can say"
                  + " that others still wait",
              "6d4514ca9cdf futex: Prevent robust futex exit race some more",
              FutexScenarios::killedBehindANewOwner),
          of(
              "heir-forgets-the-others",
              "a waiter that takes the lock from a dead owner forgets that others may still sleep",
              "glibc bug 20973, Robust mutexes: Fix lost wake-up",
              FutexScenarios::heirForgets),
          of(
              "nobody-made-it-consistent",
              "of those who wait for a mutex that became not recoverable only the first is told",
              "glibc 2.36, asked",
              FutexScenarios::notRecoverable),
          of(
              "corrupted-list",
              "a thread that wrote over its own list loses what lies behind the damage, and the"
                  + " kernel nothing else",
              SEED + ", Testing",
              FutexScenarios::corruptedList),
          new KilledInSuspendedIo());

  private FutexScenarios() {}

  /** Every scenario. */
  public static List<FutexScenario> all() {
    return ALL;
  }

  /** The scenario with a name. */
  public static Optional<FutexScenario> find(String name) {
    return ALL.stream().filter(s -> s.name().equals(name)).findFirst();
  }

  private record Told(String name, String shows, String source, BiConsumer<Machine, Boolean> stager)
      implements FutexScenario {
    @Override
    public void stage(Machine machine, boolean fixed) {
      stager.accept(machine, fixed);
    }
  }

  private static FutexScenario of(
      String name, String shows, String source, BiConsumer<Machine, Boolean> stager) {
    return new Told(name, shows, source, stager);
  }

  private static void plainMutex(Machine machine, boolean fixed) {
    Stage stage = new Stage(machine, Protocol.MENDED).withMutexes(1);
    if (fixed) {
      stage.killer(stage.thread("victim", stage::lockAndUnlock));
      stage.thread("survivor", stage::lockAndUnlock);
      return;
    }
    stage.killer(
        stage.thread(
            "victim",
            t -> {
              PlainMutex mutex = new PlainMutex(t, Stage.mutex(0), false);
              mutex.lock();
              mutex.unlock();
            }));
    stage.thread(
        "survivor",
        t -> {
          PlainMutex mutex = new PlainMutex(t, Stage.mutex(0), false);
          mutex.lock();
          mutex.unlock();
        });
  }

  private static void betweenLockAndList(Machine machine, boolean fixed) {
    twoLockersAndAKiller(
        new Stage(machine, fixed ? Protocol.MENDED : Protocol.WITHOUT_LIST_OP_PENDING));
  }

  private static void betweenUnlockAndWake(Machine machine, boolean fixed) {
    twoLockersAndAKiller(
        new Stage(
            machine, Protocol.MENDED, fixed ? DeathPolicy.WAKE_IF_ZERO : DeathPolicy.OWNED_ONLY));
  }

  private static void twoLockersAndAKiller(Stage stage) {
    stage.withMutexes(1);
    stage.killer(stage.thread("victim", stage::lockAndUnlock));
    stage.thread("survivor", stage::lockAndUnlock);
  }

  private static void killedHeir(Machine machine, boolean fixed) {
    Stage stage =
        new Stage(
            machine,
            Protocol.MENDED,
            fixed ? DeathPolicy.WAKE_IF_UNOWNED : DeathPolicy.WAKE_IF_ZERO);
    stage.withMutexes(1);
    stage.holder("dies", 1, t -> {});
    stage.killer(stage.thread("heir", Stage::lockAndDie));
    stage.thread("other", Stage::lockAndDie);
  }

  private static void killedBehindANewOwner(Machine machine, boolean fixed) {
    Stage stage =
        new Stage(
            machine,
            Protocol.MENDED,
            fixed ? DeathPolicy.WAKE_UNLESS_OWNER_WILL : DeathPolicy.WAKE_IF_UNOWNED);
    stage.withMutexes(1);
    stage.holder(
        "owner",
        1,
        t -> {
          RobustMutex mutex = new RobustMutex(t, Stage.mutex(0));
          mutex.unlock();
          mutex.lock();
          mutex.unlock();
        });
    stage.killer(stage.thread("victim", Stage::lockAndDie));
    stage.thread("other", Stage::lockAndDie);
  }

  private static void heirForgets(Machine machine, boolean fixed) {
    Stage stage = new Stage(machine, fixed ? Protocol.MENDED : Protocol.FORGETS_WAITERS);
    stage.withMutexes(1);
    stage.holder(
        "owner",
        1,
        t -> {
          RobustMutex mutex = new RobustMutex(t, Stage.mutex(0));
          mutex.unlock();
          mutex.lock();
        });
    stage.thread("heir", Stage::lockAndDie);
    stage.thread("other", Stage::lockAndDie);
  }

  private static void notRecoverable(Machine machine, boolean fixed) {
    Stage stage = new Stage(machine, fixed ? Protocol.MENDED : Protocol.GLIBC);
    stage.withMutexes(1).whoseOwnerDied();
    stage.holder("heir", 1, t -> new RobustMutex(t, Stage.mutex(0)).unlock());
    stage.thread("first", Stage::lockAndDie);
    stage.thread("second", Stage::lockAndDie);
  }

  private static void corruptedList(Machine machine, boolean fixed) {
    Stage stage = new Stage(machine, Protocol.MENDED).withMutexes(2);
    stage.holder(
        "scribbler",
        2,
        t -> {
          if (!fixed) {
            long firstEntry = t.kernel().memory().load64(t.head());
            t.kernel().memory().store64(firstEntry, 0xdead_beef_0000L);
          }
        });
    for (int i = 0; i < 2; i++) {
      int number = i;
      stage.thread("waiter " + i, t -> new RobustMutex(t, Stage.mutex(number)).lock());
    }
  }
}
