package org.dmsim.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dmsim.examples.RoutingTable.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of the README do what it says. */
@Timeout(60)
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
  void everySeed() {
    assertEquals(-1, EverySeed.firstBadSeed(true));
    assertTrue(EverySeed.firstBadSeed(false) >= 0);
  }
}
