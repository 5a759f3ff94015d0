package org.dmsim.scenarios.door;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.dmsim.report.Report;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.script.Script;

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
    HostedMachine hosted = new HostedMachine(script, overrides, blockEvents ? err : null);
    NbdServer server = new NbdServer(hosted.door(), socket, err);
    return hosted.serve(() -> answer(hosted, server), server::end, socket, program, err);
  }

  private static List<Report> answer(HostedMachine hosted, NbdServer server) {
    return hosted.door().run(server).reports();
  }
}
