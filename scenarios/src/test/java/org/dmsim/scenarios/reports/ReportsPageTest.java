package org.dmsim.scenarios.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.dmsim.scenarios.kernels.PolicyCatalogue;
import org.dmsim.scenarios.script.Script;
import org.dmsim.version.Change;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReportsPageTest {

  private static final Path PAGE = Path.of("REPORTS.md");
  private static final Path SCRIPTS = Path.of("src/main/resources/scenarios/reports");

  @Test
  void page_isWhatTheModelSaysToday() throws IOException {
    assertEquals(
        Files.readString(PAGE),
        ReportsPage.markdown(),
        "read the difference, then: dmsim reports --markdown > scenarios/REPORTS.md");
  }

  @Test
  void everyReport_hasAScriptOrAReason() {
    for (PublicReport r : PublicReport.all()) {
      assertTrue(!r.script().isEmpty() || !r.remark().isEmpty(), r.subject());
    }
  }

  @Test
  void everyScript_belongsToAReport() throws IOException {
    List<String> used = PublicReport.all().stream().map(PublicReport::script).toList();
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      files
          .map(f -> f.getFileName().toString())
          .filter(f -> f.endsWith(".dm"))
          .forEach(f -> assertTrue(used.contains(f.replace(".dm", "")), f));
    }
  }

  static Stream<Script> ofBugs() {
    return PublicReport.all().stream()
        .flatMap(r -> r.read().stream())
        .filter(s -> !s.labels("commit").isEmpty())
        .distinct();
  }

  /** The page shows one kernel that had the bug; here it is the first and the last. */
  @ParameterizedTest
  @MethodSource("ofBugs")
  void symptom_isSeenOnTheFirstAndTheLastKernelThatHadTheBug(Script script) {
    if (script.header().otherwise().containsValue(true)) {
      String why = "those of " + script.name() + " are not modelled: the bug is put into another";
      assertThrows(
          IllegalArgumentException.class,
          () -> KernelVersion.parse(script.labels("affected").getFirst().split(" to ")[0]),
          why);
      return;
    }
    for (String kernel : script.labels("affected").getFirst().split(" to ")) {
      String seen = Showing.on(script, KernelVersion.parse(kernel)).symptom();
      assertFalse(seen.isEmpty(), script.name() + " on " + kernel);
    }
  }

  /** A script whose commit is no policy could show a difference that is there by chance. */
  @ParameterizedTest
  @MethodSource("ofBugs")
  void commit_isThatOfAPolicy(Script script) {
    String line = script.labels("commit").getLast();
    String commit = line.substring(0, line.indexOf(' '));
    Change change =
        PolicyCatalogue.all().stream()
            .flatMap(p -> Stream.of(p.fact().since(), p.fact().until()))
            .filter(c -> c != null && c.commit().equals(commit))
            .findFirst()
            .orElseThrow(() -> new AssertionError(script.name() + ": no policy of " + commit));
    assertEquals(line.substring(line.indexOf(' ') + 1), change.subject());
  }
}
