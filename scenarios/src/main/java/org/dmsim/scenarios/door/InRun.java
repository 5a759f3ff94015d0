package org.dmsim.scenarios.door;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One program that goes into the machine of a {@code dmsim serve}. */
public final class InRun {

  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;

  private final DoorOptions options;

  /** A run. */
  public InRun(DoorOptions options) {
    this.options = options;
  }

  /**
   * Runs it to its end.
   *
   * @return the program's status: 128 and more for a signal, 127 if it could not be started
   * @throws IOException if there is no server, or it cannot reach this process
   * @throws DoorClosed where programs cannot be let in on this host
   */
  public int run(Path socket, List<String> program) throws IOException, DoorClosed {
    Architecture architecture = Architecture.host();
    ManyEntrances.seek(socket);
    Starter starter = new Starter(architecture, options, program);
    Starter.Installed installed = starter.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> starter.kill(SIGTERM)));
    try {
      ManyEntrances.bring(socket, ProcessHandle.current().pid(), installed.listener());
    } catch (IOException e) {
      starter.kill(SIGKILL);
      throw e;
    } finally {
      // The server has its own now: if it ends, nobody waits for an answer for ever.
      new Libc(architecture).close(installed.listener());
    }
    starter.join();
    if (starter.failure() != null) {
      throw new IOException(starter.failure());
    }
    return starter.status();
  }
}
