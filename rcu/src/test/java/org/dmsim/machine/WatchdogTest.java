package org.dmsim.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import example.Standstills;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.dmsim.strategy.RoundRobin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A task that stops the thread of all tasks is named, and one that is slow is not. */
final class WatchdogTest {

  /** More looks than it takes to be sure. */
  private static final int LOOKS = 20;

  private static final Configuration.Coroutines CONTINUATIONS =
      Configuration.Coroutines.CONTINUATIONS;
  private static final Configuration.Coroutines THREADS = Configuration.Coroutines.THREADS;

  static Stream<Arguments> forGood() {
    return Stream.of(
        arguments(
            program(Standstills::monitor),
            THREADS,
            "' stands still outside the model, in Standstills.java:28: it waits for a monitor"
                + " (synchronized) that another task holds",
            "Use Mutex or SpinLock of org.dmsim.locking."),
        arguments(
            program(Standstills::lock), CONTINUATIONS, "it called ReentrantLock.lock", "Use Mutex"),
        arguments(
            program(Standstills::latch), THREADS, "it called CountDownLatch.await", "Completion"),
        arguments(
            program(Standstills::park),
            CONTINUATIONS,
            "task 'parker' stands still outside the model, in Standstills.java:70: it called"
                + " LockSupport.park",
            "Use Completion or WaitQueue of org.dmsim.locking."));
  }

  @ParameterizedTest
  @MethodSource("forGood")
  void taskThatWaitsForGood_endsTheRun(
      Consumer<Machine> program, Configuration.Coroutines coroutines, String what, String instead) {
    String said = said(program, coroutines);
    assertTrue(said.startsWith("task '"), said);
    assertTrue(said.contains(what), said);
    assertTrue(said.contains(instead), said);
    assertTrue(said.contains("\n    at example.Standstills."), said);
  }

  @Test
  void taskThatMayGoOn_isNamedAndWaitedFor() {
    String sleep = said(Standstills::sleep, CONTINUATIONS);
    assertTrue(sleep.contains("it called Thread.sleep"), sleep);
    assertTrue(sleep.contains("Use Schedule.msleep of org.dmsim.context."), sleep);
    String read = said(Standstills::read, CONTINUATIONS);
    assertTrue(read.contains("Use Completion") || read.contains("Do I/O before"), read);
  }

  @Test
  void taskThatIsSlow_isNotNamed() {
    assertEquals("", said(Standstills::busy, CONTINUATIONS));
    assertEquals("", said(Standstills::busy, THREADS));
  }

  private static Consumer<Machine> program(Consumer<Machine> p) {
    return p;
  }

  /** What a watchdog says of a machine's run that has come as far as it comes. */
  private static String said(Consumer<Machine> program, Configuration.Coroutines coroutines) {
    Machine machine =
        new Machine(Configuration.standard().withCoroutines(coroutines), new EveryOther());
    program.accept(machine);
    Thread runner = new Thread(() -> run(machine), "runner");
    runner.setDaemon(true);
    runner.start();
    Carrier carrier = carrierOf(machine, runner);
    Watchdog watchdog = new Watchdog(carrier);
    try {
      for (int i = 0; i < LOOKS; i++) {
        Thread.sleep(2);
        watchdog.look();
      }
      return watchdog.said();
    } catch (BlockedOutside e) {
      return e.getMessage();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      interruptAll(machine, carrier);
    }
  }

  private static void run(Machine machine) {
    try {
      machine.run();
    } catch (BlockedOutside seen) {
      return; // the run's own watchdog came to it, too
    }
  }

  /** The carrier of a run, once one of its tasks is where it stays. */
  private static Carrier carrierOf(Machine machine, Thread runner) {
    while (runner.isAlive()) {
      for (Thread t : Thread.getAllStackTraces().keySet()) {
        if (t instanceof Carrier c && machine.turns().areOn(c) && stands(machine)) {
          return c;
        }
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("the run ended");
  }

  /** Whether a task is in a place of its own, and not on its way there. */
  private static boolean stands(Machine machine) {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(e -> e.getKey() instanceof Carrier c && c.current != null)
        .filter(e -> ((Carrier) e.getKey()).current.machine() == machine)
        .anyMatch(
            e ->
                e.getKey().getState() != Thread.State.RUNNABLE
                    || e.getValue()[0].getClassName().startsWith("sun.nio")
                    || e.getValue()[0].getMethodName().contains("busy")
                    || e.getValue()[0].getMethodName().contains("onSpinWait"));
  }

  private static void interruptAll(Machine machine, Carrier carrier) {
    for (Thread t : Thread.getAllStackTraces().keySet()) {
      if (t instanceof Carrier c && (c == carrier || isOf(c, machine))) {
        c.interrupt();
      }
    }
  }

  private static boolean isOf(Carrier c, Machine machine) {
    return c.current != null && c.current.machine() == machine;
  }

  /** Lets the other task go on wherever there is one. */
  private static final class EveryOther implements Strategy {
    private final RoundRobin first = new RoundRobin();

    @Override
    public boolean begin(Machine machine) {
      return first.begin(machine);
    }

    @Override
    public Task next(Choice choice) {
      for (int i = choice.taskCount() - 1; i > 1; i--) {
        if (choice.task(i) != choice.current() && choice.isEnabled(choice.task(i))) {
          return choice.task(i);
        }
      }
      return first.next(choice);
    }

    @Override
    public int nextInt(int bound) {
      return first.nextInt(bound);
    }
  }
}
