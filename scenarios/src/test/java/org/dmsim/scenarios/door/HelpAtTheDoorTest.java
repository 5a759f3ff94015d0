package org.dmsim.scenarios.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples in the help of commands that let programs in work as they stand. Each starts a
 * process of its own, so these are deep.
 */
@Tag("deep")
final class HelpAtTheDoorTest {

  @TempDir private Path folder;

  private final String root =
      System.getProperty("user.name").equals("root") ? " --allow-root" : " --as-user";

  @Test
  void examplesOfWith_endClean() {
    for (String example : examples("with")) {
      Behind b = shell(typed(example));
      if (b.isClosed()) {
        return;
      }
      assertEquals(0, b.status(), b.out());
      assertTrue(b.lastLine().startsWith("CLEAN  no report; "), b.out());
      assertTrue(b.out().lines().count() < 40, () -> example + " prints " + b.out());
    }
  }

  @Test
  void examplesOfServeAndIn_meetEachOther() throws IOException {
    if (!Behind.has("dmsetup")) {
      return;
    }
    StringBuilder inside = new StringBuilder("set -e\n");
    examples("in").forEach(e -> inside.append(typed(e)).append('\n'));
    Files.writeString(folder.resolve("go.sh"), inside);
    // They would wait for Ctrl-C; with a program behind them, they end with that.
    Behind sockets = shell(typed(examples("serve").getFirst()) + " -- sh go.sh");
    if (sockets.isClosed()) {
      return;
    }
    assertTrue(sockets.out().contains(" d0\n"), sockets.out()); // of ls
    assertTrue(sockets.out().contains("d0\t(252:0)\n"), sockets.out()); // of dmsetup
    assertTrue(sockets.out().contains("sh ended with 0"), sockets.out());
    Behind nbd = shell(typed(examples("serve").getLast()) + " -- ls -l /tmp/d");
    assertTrue(nbd.out().contains("ls ended with 0"), nbd.out());
  }

  private List<String> examples(String command) {
    List<String> help = Behind.dmsim(folder, command, "--help").out().lines().toList();
    return help.subList(help.indexOf("Examples:") + 1, help.size()).stream()
        .map(String::strip)
        .toList();
  }

  /** The line with dmsim's own words for dmsim, and what lets root do it. */
  private String typed(String example) {
    String[] words = example.split(" ", 3);
    return String.join(" ", Behind.dmsim()) + " " + words[1] + root + " " + words[2];
  }

  private Behind shell(String line) {
    return Behind.run(folder, List.of("sh", "-c", line));
  }
}
