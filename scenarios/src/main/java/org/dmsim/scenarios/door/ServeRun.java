package org.dmsim.scenarios.door;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.script.Script;

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
    HostedMachine hosted = new HostedMachine(script, overrides, blockEvents ? err : null);
    ManyEntrances entrances = new ManyEntrances(libc, socket);
    Session session = new Session(entrances, libc, hosted.door(), options, err);
    session.goOnWhateverComes();
    try {
      return hosted.serve(() -> hosted.answer(session), entrances::end, socket, program, err);
    } finally {
      session.close();
    }
  }
}
