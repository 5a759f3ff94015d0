package org.dmsim.scenarios.door;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.report.DmsimFault;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.run.ScriptSetup;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.strategy.RandomWalk;

/** One machine, made by a script, which programs come into by {@code dmsim in}. */
public final class ServeRun {

  private final Script script;
  private final Overrides overrides;
  private final DoorOptions options;
  private final boolean blockEvents;
  private final PrintWriter err;

  /**
   * A run.
   *
   * @param blockEvents whether each block event is written to {@code err} as blkparse does
   */
  public ServeRun(
      Script script,
      Overrides overrides,
      DoorOptions options,
      boolean blockEvents,
      PrintWriter err) {
    this.script = script;
    this.overrides = overrides;
    this.options = options;
    this.blockEvents = blockEvents;
    this.err = err;
  }

  /**
   * Boots the machine, and serves it until a program has ended or the process is told to end.
   *
   * @param program what to run beside it, outside; empty for nothing
   * @throws IOException if it cannot listen, or the program cannot be started
   * @throws DoorClosed where programs cannot be let in on this host
   */
  public DoorRun.Result run(Path socket, List<String> program) throws IOException, DoorClosed {
    Libc libc = new Libc(Architecture.host());
    new HostCheck(libc).run();
    Configuration configuration = overrides.apply(script.header());
    Long seed = overrides.seed() != null ? overrides.seed() : script.header().seed();
    DoorMachine door = new DoorMachine(configuration, seed == null ? null : new RandomWalk(seed));
    Machine machine = door.machine();
    ScriptSetup setup = new ScriptSetup(script, machine, blockEvents ? err::println : null);
    door.letInAfter(setup.task());
    ManyEntrances entrances = new ManyEntrances(libc, socket);
    Session session = new Session(entrances, libc, door, options, err);
    session.goOnWhateverComes();
    Ending ending = new Ending(entrances::end);
    int status = 0;
    try {
      Process p = ending.start(program, socket, err);
      Outcome outcome = door.run(session);
      int heard = session.log().reports();
      boolean finished = outcome.end() == Outcome.End.FINISHED;
      session.log().hear();
      if (p != null) {
        status = p.waitFor();
      }
      // Where a program was killed in the middle of a call, the call may never end: no finding.
      return new DoorRun.Result(
          configuration,
          finished ? outcome.reports() : outcome.reports().subList(0, heard),
          status,
          null,
          setup.unexpected());
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
      session.close();
    }
  }
}
