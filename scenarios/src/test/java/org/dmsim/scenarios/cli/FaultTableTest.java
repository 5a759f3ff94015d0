package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dmsim.faults.PlantedFault;
import org.dmsim.faults.hunt.PlantedFaults;
import org.junit.jupiter.api.Test;

/**
 * The table of planted faults in the README of module rcu is of the faults that there are, and none
 * survives in it. Its numbers are those of one run of the command, and are not compared.
 */
final class FaultTableTest {

  private static List<String[]> rows() throws IOException {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("scenarios/bin"))) {
      folder = folder.getParent();
    }
    return Files.readAllLines(folder.resolve("rcu/README.md")).stream()
        .filter(l -> l.startsWith("| `"))
        .map(l -> l.substring(2).split(" \\| "))
        .toList();
  }

  @Test
  void everyFaultHasItsRow_andNoneSurvives() throws IOException {
    List<String[]> rows = rows();
    List<PlantedFault> faults = PlantedFaults.all();
    assertEquals(
        faults.stream().map(f -> "`" + f.name() + "` " + f.what()).toList(),
        rows.stream().map(r -> r[0] + " " + r[1]).toList());
    for (int i = 0; i < rows.size(); i++) {
      String[] row = rows.get(i);
      String lincheck = faults.get(i).threads() == null ? "n/a" : "\\d+";
      assertTrue(row[2].matches("\\d+"), () -> row[0] + " survives the explorer");
      assertTrue(row[7].matches(lincheck), () -> row[0] + " survives Lincheck");
    }
  }

  @Test
  void theCommand_passesWhatIsFound() {
    Cli r = Cli.run("faults", "live-table/s");
    assertTrue(r.out().endsWith("3 passed, 0 failed\n"), r.out());
  }
}
