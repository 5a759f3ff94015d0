package org.dmsim.scenarios.door;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** When a machine that serves others ends: with a program, or when the process is told to. */
final class Ending {

  /** How long the last words may take, ms. */
  private static final long GRACE = 5_000;

  private final Runnable end;
  private final Thread hook;

  /**
   * An end.
   *
   * @param end has the machine end; may be called more than once
   */
  Ending(Runnable end) {
    this.end = end;
    Thread main = Thread.currentThread();
    hook =
        new Thread(
            () -> {
              end.run();
              join(main);
            });
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private static void join(Thread main) {
    try {
      main.join(GRACE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Starts the program that it ends with; null if there is none, and then says how it ends. */
  Process start(List<String> program, Path socket, PrintWriter err) throws IOException {
    if (program.isEmpty()) {
      err.println("dmsim: " + socket + " is ready; end with Ctrl-C");
      err.flush();
      return null;
    }
    Process p = new ProcessBuilder(program).inheritIO().start();
    p.onExit().thenRun(end);
    return p;
  }

  /** Has it end now, if it has not. */
  void close() {
    end.run();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      return; // it is under way
    }
  }
}
