package org.dmsim.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dmsim.report.Check;
import org.dmsim.report.DmsimFault;
import org.dmsim.report.Report;

/**
 * What code of the user's own threw: a test's claim that does not hold, an exception of a target
 * that somebody brings. It is a finding, as an oops of the kernel is, and no fault of dmsim.
 */
final class UserFault {

  private static final String OWN = "org.dmsim.";
  private static final int FRAMES = 24;
  private static final List<String> TEST_LIBRARIES =
      List.of("org.junit.", "org.opentest4j.", "org.assertj.", "org.hamcrest.", "kotlin.test.");

  private UserFault() {}

  /**
   * Whether the user's code is to blame: it threw, or what it called refused its arguments. Where
   * dmsim's own code fails in another way, that code is.
   */
  static boolean isOne(Throwable thrown) {
    if (thrown instanceof DmsimFault || thrown instanceof VirtualMachineError) {
      return false;
    }
    boolean refused =
        thrown instanceof IllegalArgumentException || thrown instanceof IllegalStateException;
    for (StackTraceElement f : thrown.getStackTrace()) {
      boolean own = f.getClassName().startsWith(OWN);
      if (!isJdk(f) && !isTestLibrary(f) && !(own && refused)) {
        return !own;
      }
    }
    return false;
  }

  static boolean isJdk(StackTraceElement f) {
    return f.getModuleName() != null
        && (f.getModuleName().startsWith("java.") || f.getModuleName().startsWith("jdk."));
  }

  /** The report; {@code who} did what threw. */
  static Report report(String who, Throwable thrown, long step) {
    List<String> lines = new ArrayList<>();
    String message = thrown.getMessage() == null ? "" : ": " + firstLine(thrown.getMessage());
    StackTraceElement at = where(thrown);
    String headline =
        thrown.getClass().getName()
            + message
            + " in "
            + who
            + (at == null ? "" : " at " + at.getFileName() + ":" + at.getLineNumber());
    lines.add(headline);
    if (thrown.getMessage() != null) {
      thrown.getMessage().lines().skip(1).forEach(l -> lines.add("  " + l));
    }
    lines.add("Call Trace:");
    Arrays.stream(thrown.getStackTrace())
        .takeWhile(f -> !f.getClassName().equals(TaskBody.class.getName()))
        .limit(FRAMES)
        .forEach(f -> lines.add(" " + f));
    Check check = thrown instanceof AssertionError ? Check.ASSERTION : Check.BUG;
    return new Report(check, headline, lines, step, Report.Counts.NONE);
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }

  static boolean isTestLibrary(StackTraceElement f) {
    return TEST_LIBRARIES.stream().anyMatch(f.getClassName()::startsWith);
  }

  /**
   * The innermost line of the user's: a frame of neither the JDK, nor dmsim, nor a test library.
   */
  private static StackTraceElement where(Throwable thrown) {
    for (StackTraceElement f : thrown.getStackTrace()) {
      if (!isJdk(f) && !f.getClassName().startsWith(OWN) && !isTestLibrary(f)) {
        return f;
      }
    }
    return null;
  }
}
