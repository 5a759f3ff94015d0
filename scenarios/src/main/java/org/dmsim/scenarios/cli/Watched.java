package org.dmsim.scenarios.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.dmsim.machine.Machine;
import org.dmsim.machine.TimePasses;
import org.dmsim.scenarios.run.CommandBegins;
import org.dmsim.scenarios.run.DeviceTree;

/**
 * {@code run --watch}: the tree of devices, drawn anew whenever a command begins or virtual time
 * passes and something is different. On a terminal each drawing takes the place of the one before,
 * and stays for a moment; elsewhere they follow each other.
 */
final class Watched implements Consumer<Machine> {

  private static final long MOMENT = 80;
  private static final double SECOND = 1e9;

  private final PrintWriter out;
  private final boolean terminal;
  private final int width;
  private DeviceTree tree;
  private Machine machine;
  private List<String> shown = List.of();
  private String command = "";

  /**
   * Nothing to watch yet.
   *
   * @param terminal whether drawings may take each other's place
   * @param width characters a line
   */
  Watched(PrintWriter out, boolean terminal, int width) {
    this.out = out;
    this.terminal = terminal;
    this.width = width;
  }

  @Override
  public void accept(Machine m) {
    machine = m;
    tree = DeviceTree.of(m);
    m.events()
        .hear(
            CommandBegins.class,
            e -> {
              draw();
              command = e.by().name() + "> " + e.text();
            });
    m.events().hear(TimePasses.class, e -> draw());
  }

  /** The run is over. */
  void finish() {
    draw();
  }

  private void draw() {
    List<String> now = tree.lines();
    if (now.equals(shown)) {
      return;
    }
    if (terminal && !shown.isEmpty()) {
      out.print("\u001b[" + (shown.size() + 1) + "A\u001b[J");
    }
    shown = now;
    out.println(
        cut(String.format(Locale.ROOT, "%.6f s  %s", machine.now() / SECOND, command).strip()));
    now.forEach(l -> out.println(cut(l)));
    out.flush();
    if (terminal) {
      pause();
    }
  }

  private String cut(String line) {
    return terminal && line.length() > width ? line.substring(0, width) : line;
  }

  private static void pause() {
    try {
      Thread.sleep(MOMENT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
