package org.dmsim.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Looks at a carrier from the thread that waits for it, and tells a task that has stopped it from
 * one that is slow. It judges by what the thread does and never by how long a run takes: the thread
 * waits, or reads from outside, in the same place at every look, and the innermost code that is not
 * the JDK's is the user's.
 */
final class Watchdog {

  /** Milliseconds between two looks. */
  static final long PERIOD = 1_000;

  /** So many looks at the same place. */
  private static final int LOOKS = 5;

  private static final int FRAMES = 12;
  private static final String OWN = "org.dmsim.";
  private static final String COROUTINE = "org.dmsim.coroutine.ThreadCoroutine";

  private final Carrier carrier;
  private StackTraceElement[] before = {};
  private int same;
  private String said = "";

  Watchdog(Carrier carrier) {
    this.carrier = carrier;
  }

  /** What was said of a task that stands still, and may go on by itself; else empty. */
  String said() {
    return said;
  }

  /**
   * Looks once; says on standard error what stands still and may go on by itself.
   *
   * @throws BlockedOutside if a task waits for what no task of the machine can bring
   */
  void look() {
    Thread thread = running();
    StackTraceElement[] stack = thread.getStackTrace();
    Thread.State state = thread.getState();
    boolean stands = isWaiting(state, stack) && isUsers(stack);
    same = stands && Arrays.equals(stack, before) ? same + 1 : 0;
    before = stack;
    if (same == LOOKS) {
      String what = words(thread, state, stack);
      if (state == Thread.State.BLOCKED || state == Thread.State.WAITING) {
        throw new BlockedOutside(what);
      }
      said = what;
      System.err.println("dmsim: " + what + "\nThe run goes on when the task does.");
    }
  }

  /** The thread that runs now: the carrier, or a task's own where tasks have threads. */
  private Thread running() {
    if (!isWaitingForTask(carrier.getStackTrace())) {
      return carrier;
    }
    for (Thread t : Thread.getAllStackTraces().keySet()) {
      if (t instanceof Carrier c && c != carrier) {
        Task task = c.current;
        if (task != null && task.machine().turns().areOn(carrier) && isUsers(c.getStackTrace())) {
          return c;
        }
      }
    }
    return carrier;
  }

  private static boolean isWaitingForTask(StackTraceElement... stack) {
    return Arrays.stream(stack)
        .dropWhile(UserFault::isJdk)
        .findFirst()
        .filter(f -> f.getClassName().equals(COROUTINE))
        .isPresent();
  }

  private static boolean isWaiting(Thread.State state, StackTraceElement... stack) {
    return switch (state) {
      case BLOCKED, WAITING, TIMED_WAITING -> !isPrinting(stack);
      case RUNNABLE -> stack.length > 0 && stack[0].isNativeMethod() && isReading(stack[0]);
      default -> false;
    };
  }

  /** Whether what it waits for is that somebody reads what is printed. */
  private static boolean isPrinting(StackTraceElement... stack) {
    return Arrays.stream(stack)
            .anyMatch(f -> f.getClassName().matches("java\\.io\\.(Print|Output|Buffered|File).*"))
        && Arrays.stream(stack).anyMatch(f -> f.getMethodName().startsWith("write"));
  }

  private static boolean isReading(StackTraceElement top) {
    String c = top.getClassName();
    boolean outside =
        c.startsWith("java.io.") || c.startsWith("sun.nio.") || c.startsWith("java.net.");
    return outside && !top.getMethodName().startsWith("write");
  }

  /** Whether the innermost code that is not the JDK's is the user's. */
  private static boolean isUsers(StackTraceElement... stack) {
    return place(stack).isPresent();
  }

  private static Optional<StackTraceElement> place(StackTraceElement... stack) {
    for (StackTraceElement f : stack) {
      if (!UserFault.isJdk(f)) {
        boolean users = !f.getClassName().startsWith(OWN) && !UserFault.isTestLibrary(f);
        return users ? Optional.of(f) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  // ---- what it says ----------------------------------------------------------------------------

  private static String words(Thread thread, Thread.State state, StackTraceElement... stack) {
    Task task = thread instanceof Carrier c ? c.current : null;
    String who = task == null || task.isBoot() ? "the set-up" : "task '" + task.name() + "'";
    StackTraceElement at = place(stack).orElseThrow();
    List<String> lines = new ArrayList<>();
    lines.add(
        who
            + " stands still outside the model, in "
            + at.getFileName()
            + ":"
            + at.getLineNumber()
            + ": it "
            + does(state, stack)
            + ", which stops the one thread that all tasks share. "
            + instead(state, stack));
    Arrays.stream(stack)
        .takeWhile(f -> !f.getClassName().equals(TaskBody.class.getName()))
        .limit(FRAMES)
        .forEach(f -> lines.add("    at " + f));
    return String.join("\n", lines);
  }

  private static String does(Thread.State state, StackTraceElement... stack) {
    if (state == Thread.State.BLOCKED) {
      return "waits for a monitor (synchronized) that another task holds";
    }
    StackTraceElement called = stack[0];
    for (StackTraceElement f : stack) {
      if (!UserFault.isJdk(f)) {
        break;
      }
      called = f;
    }
    String c = called.getClassName();
    return "called " + c.substring(c.lastIndexOf('.') + 1) + "." + called.getMethodName();
  }

  private static String instead(Thread.State state, StackTraceElement... stack) {
    boolean lock = state == Thread.State.BLOCKED || in(stack, "Lock.lock");
    if (lock) {
      return "Use Mutex or SpinLock of org.dmsim.locking.";
    }
    if (in(stack, "Thread.join") || in(stack, "Future.")) {
      return "Use machine.spawn instead of threads, and Completion of org.dmsim.locking.";
    }
    if (in(stack, "Thread.sleep") || in(stack, "TimeUnit.sleep")) {
      return "Use Schedule.msleep of org.dmsim.context.";
    }
    if (state == Thread.State.RUNNABLE) {
      return "Do I/O before the machine runs, or after.";
    }
    return "Use Completion or WaitQueue of org.dmsim.locking.";
  }

  private static boolean in(StackTraceElement[] stack, String call) {
    return Arrays.stream(stack)
        .takeWhile(UserFault::isJdk)
        .anyMatch(f -> (f.getClassName() + "." + f.getMethodName()).contains(call));
  }
}
