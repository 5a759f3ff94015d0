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

/**
 * One machine, made by a script, whose devices NBD clients read and write. Needs nothing of the
 * host but sockets: it runs on macOS, and in a container that forbids everything else.
 */
public final class NbdRun {

  private final Script script;
  private final Overrides overrides;
  private final boolean blockEvents;
  private final PrintWriter err;

  /**
   * A run.
   *
   * @param blockEvents whether each block event is written to {@code err} as blkparse does
   */
  public NbdRun(Script script, Overrides overrides, boolean blockEvents, PrintWriter err) {
    this.script = script;
    this.overrides = overrides;
    this.blockEvents = blockEvents;
    this.err = err;
  }

  /**
   * Boots the machine, and serves it until a program has ended or the process is told to end.
   *
   * @param program what to run beside it; empty for nothing
   * @throws IOException if it cannot listen, or the program cannot be started
   */
  public DoorRun.Result run(Path socket, List<String> program) throws IOException {
    Configuration configuration = overrides.apply(script.header());
    Long seed = overrides.seed() != null ? overrides.seed() : script.header().seed();
    DoorMachine door = new DoorMachine(configuration, seed == null ? null : new RandomWalk(seed));
    Machine machine = door.machine();
    ScriptSetup setup = new ScriptSetup(script, machine, blockEvents ? err::println : null);
    door.letInAfter(setup.task());
    NbdServer server = new NbdServer(door, socket, err);
    Ending ending = new Ending(server::end);
    int status = 0;
    try {
      Process p = ending.start(program, socket, err);
      Outcome outcome = door.run(server);
      server.look();
      if (p != null) {
        status = p.waitFor();
      }
      return new DoorRun.Result(configuration, outcome.reports(), status, null, setup.unexpected());
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
}
