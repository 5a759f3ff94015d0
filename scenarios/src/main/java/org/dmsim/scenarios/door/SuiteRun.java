package org.dmsim.scenarios.door;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs scripts of a suite, each behind a door of its own: a process, since the thread that starts a
 * program keeps its filter for good.
 */
public final class SuiteRun {

  private static final Pattern END = Pattern.compile("^CLEAN .* ended with (\\d+); .*");

  /** A script that asked for no device; a suite may skip it, and cannot have it pass. */
  private static final Pattern NOTHING_SEEN =
      Pattern.compile("^dmsim: .* ended with 0 and asked for no simulated device.*");

  private static final long GRACE = 10;

  private final Suite suite;
  private final List<String> dmsim;
  private final Path machine;
  private final Path logs;
  private final long seconds;

  /**
   * What a script came to.
   *
   * @param last the last line that it or dmsim printed
   */
  public record Result(Suite.End outcome, long milliseconds, String last) {}

  /**
   * A run.
   *
   * @param dmsim the words of {@code dmsim with} and its options
   * @param machine where the script of the machine is written
   * @param logs where what a script prints is kept, a file each
   * @param seconds a script that takes longer is ended, and has failed
   */
  public SuiteRun(Suite suite, List<String> dmsim, Path machine, Path logs, long seconds) {
    this.suite = suite;
    this.dmsim = List.copyOf(dmsim);
    this.machine = machine;
    this.logs = logs;
    this.seconds = seconds;
  }

  /** Where what a script printed is kept. */
  public Path log(String script) {
    return logs.resolve(script.replace('/', '-') + ".log");
  }

  /** Runs one script to its end. */
  public Result run(String script) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(dmsim);
    command.add(machine.toString());
    command.add("--");
    command.addAll(suite.command(script));
    Files.writeString(machine, suite.machine(script));
    Path log = log(script);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(suite.folder().toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(log.toFile());
    builder.environment().putAll(suite.environment());
    long began = System.nanoTime();
    Process p = builder.start();
    boolean ended = p.waitFor(seconds, TimeUnit.SECONDS);
    if (!ended) {
      end(p);
    }
    long took = (System.nanoTime() - began) / 1_000_000;
    String text = Files.readString(log, StandardCharsets.ISO_8859_1);
    String last = text.lines().reduce("", (a, b) -> b);
    if (!ended) {
      return new Result(Suite.End.FAIL, took, "no end in " + seconds + " s");
    }
    if (NOTHING_SEEN.matcher(last).matches()) {
      boolean skipped = suite.outcome(0, text) == Suite.End.SKIP;
      return new Result(skipped ? Suite.End.SKIP : Suite.End.FAIL, took, last);
    }
    Matcher m = END.matcher(last);
    // Any other last line is a report of the simulated kernel's, or a fault of dmsim's.
    Suite.End outcome =
        m.matches() ? suite.outcome(Integer.parseInt(m.group(1)), text) : Suite.End.FAIL;
    return new Result(outcome, took, last);
  }

  private static void end(Process p) throws InterruptedException {
    List<ProcessHandle> below = p.descendants().toList();
    p.destroy();
    if (!p.waitFor(GRACE, TimeUnit.SECONDS)) {
      p.destroyForcibly();
      p.waitFor();
    }
    below.forEach(ProcessHandle::destroyForcibly);
  }
}
