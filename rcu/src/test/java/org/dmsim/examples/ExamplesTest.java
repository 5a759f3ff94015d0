package org.dmsim.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.dmsim.examples.RoutingTable.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of the README do what it says. */
@Timeout(600)
class ExamplesTest {

  @Test
  void routingTable() {
    List<String> closed = new ArrayList<>();
    RoutingTable table = new RoutingTable(new Version(Map.of("a", "b"), () -> closed.add("b")));
    assertEquals("b", table.lookUp("a"));
    table.replace(new Version(Map.of("a", "c"), () -> closed.add("c")));
    assertEquals("c", table.lookUp("a"));
    assertEquals(List.of("b"), closed);
  }

  @Test
  void sleepingReaders() throws InterruptedException {
    SleepingReaders.main(new String[0]);
  }

  @Test
  void retired() {
    Retired buffers = new Retired(ByteBuffer.allocate(1).put(0, (byte) 1));
    assertEquals(10, buffers.sum(10));
    buffers.replace(ByteBuffer.allocate(1).put(0, (byte) 2));
    assertEquals(20, buffers.sum(10));
    assertEquals(1, buffers.returned());
  }

  /** Every block of Java in the README stands in an example, but for its indentation. */
  @Test
  void whatTheReadmeShows_standsInAnExample() throws IOException {
    Path module = Path.of("").toAbsolutePath();
    StringBuilder examples = new StringBuilder();
    for (String name : List.of("RoutingTable", "SleepingReaders", "Retired", "EverySeed")) {
      examples.append(
          Files.readString(module.resolve("src/test/java/org/dmsim/examples/" + name + ".java")));
    }
    String code = examples.toString().replaceAll("\\s+", " ");
    List<String> blocks =
        Pattern.compile("(?s)```java\n(.*?)```")
            .matcher(Files.readString(module.resolve("README.md")))
            .results()
            .map(r -> r.group(1).replaceAll("\\s+", " ").strip())
            .toList();
    assertTrue(blocks.size() >= 3);
    blocks.forEach(b -> assertTrue(code.contains(b), b));
  }

  @Test
  void everySeed() {
    assertEquals(-1, EverySeed.firstBadSeed(true));
    assertTrue(EverySeed.firstBadSeed(false) >= 0);
  }
}
