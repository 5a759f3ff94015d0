package org.dmsim.scenarios.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The benchmark of the door measures what it says, where there is a compiler. */
class DoorBenchmarkTest {

  @Test
  void everyCall_isMeasuredWhereTheToolsAre() {
    Benchmark.Table table = new DoorBenchmark(100).measure();
    if (table.rows().isEmpty()) {
      System.out.println("NOT TESTED: " + table.notes());
      return;
    }
    assertEquals(List.of("ns", "plain", "strace", "behind the door"), table.columns());
    assertEquals(9, table.rows().size());
    assertTrue(Long.parseLong(table.rows().getFirst().get(1)) > 0, table.toString());
    if (table.notes().stream().anyMatch(n -> n.contains("cannot be let in"))) {
      System.out.println("NOT TESTED: " + table.notes());
      return;
    }
    for (List<String> row : table.rows().subList(0, 7)) {
      assertTrue(Long.parseLong(row.get(3)) > 0, table.toString());
    }
  }
}
