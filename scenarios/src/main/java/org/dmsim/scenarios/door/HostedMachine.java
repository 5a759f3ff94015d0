package org.dmsim.scenarios.door;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.report.DmsimFault;
import org.dmsim.report.Report;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.run.ScriptSetup;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.strategy.RandomWalk;

/** The machine that a script makes, with a door in it: what all runs of programs share. */
final class HostedMachine {

  private final Configuration configuration;
  private final DoorMachine door;
  private final ScriptSetup setup;

  /**
   * A machine that has still to boot.
   *
   * @param err where each block event goes, as blkparse writes it; null for nowhere
   */
  HostedMachine(Script script, Overrides overrides, PrintWriter err) {
    this(script, overrides, err, false);
  }

  /** As above; {@code seeded} if its order is that of a seed in any case, 0 where none is given. */
  HostedMachine(Script script, Overrides overrides, PrintWriter err, boolean seeded) {
    configuration = overrides.apply(script.header());
    Long given = overrides.seed() != null ? overrides.seed() : script.header().seed();
    Long seed = given == null && seeded ? Long.valueOf(0) : given;
    door = new DoorMachine(configuration, seed == null ? null : new RandomWalk(seed));
    setup = new ScriptSetup(script, door.machine(), err == null ? null : err::println);
    door.letInAfter(setup.task());
  }

  DoorMachine door() {
    return door;
  }

  Machine machine() {
    return door.machine();
  }

  /** Runs it for programs, as long as any come: what the kernel complained of. */
  List<Report> answer(Session session) {
    Outcome outcome = door.run(session);
    boolean finished = outcome.end() == Outcome.End.FINISHED;
    // Where a program was killed in the middle of a call, the call may never end: no finding.
    return finished ? outcome.reports() : outcome.reports().subList(0, session.log().kept());
  }

  /**
   * Runs it until a program beside it has ended, or the process is told to end.
   *
   * @param run runs the machine: what the kernel complained of
   * @param end has the machine end; may be called more than once
   * @param program what to run beside it, outside; empty for nothing
   * @throws IOException if the program cannot be started
   */
  DoorRun.Result serve(
      Supplier<List<Report>> run, Runnable end, Path socket, List<String> program, PrintWriter err)
      throws IOException {
    Ending ending = new Ending(end);
    try {
      Process p = ending.start(program, socket, err);
      List<Report> reports = run.get();
      return result(reports, p == null ? 0 : p.waitFor(), null);
    } catch (DmsimFault fault) {
      if (fault.getCause() instanceof ScriptError wrong) {
        throw wrong;
      }
      throw fault;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      ending.close();
    }
  }

  /** What came of it; see {@link DoorRun.Result}. */
  DoorRun.Result result(List<Report> reports, int status, String failure) {
    return new DoorRun.Result(configuration, reports, status, failure, setup.unexpected());
  }
}
