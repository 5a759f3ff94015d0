package org.dmsim.scenarios.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.dmsim.scenarios.explain.reports.ReportKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One small log for each fault, with what is to be said of it beside it. */
final class FaultLogsTest {

  static List<String> faults() {
    return Logs.faults();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void log_isExplainedAsItsFileSays(String name) throws IOException {
    Path expected = Logs.FAULTS.resolve(name + ".txt");
    String said = Logs.text(Logs.explain(Logs.fault(name)));
    if (Boolean.getBoolean("dmsim.promote")) {
      Files.writeString(expected, said);
    }
    assertEquals(
        Files.exists(expected) ? Files.readString(expected) : "",
        said,
        "read the difference, then: mvn -Ddmsim.promote=true -Dtest=FaultLogsTest test");
  }

  @Test
  void faults_areOfEveryKind() {
    Set<ReportKind> seen = EnumSet.of(ReportKind.OTHER);
    for (String name : faults()) {
      Logs.findings(Logs.fault(name)).forEach(f -> seen.add(f.report().kind()));
    }
    Set<ReportKind> missing = EnumSet.complementOf(EnumSet.copyOf(seen));
    assertTrue(missing.isEmpty(), "no log for " + missing);
  }

  @Test
  void kinds_haveDifferentNames() {
    assertEquals(
        ReportKind.values().length,
        Arrays.stream(ReportKind.values())
            .map(ReportKind::word)
            .collect(Collectors.toSet())
            .size());
  }
}
