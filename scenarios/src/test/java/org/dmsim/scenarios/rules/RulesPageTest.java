package org.dmsim.scenarios.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmsim.scenarios.museum.Museum;
import org.junit.jupiter.api.Test;

class RulesPageTest {

  private static final Path PAGE = Path.of("..", "dm-core", "TABLE-LOOKUP.md");

  @Test
  void page_isWhatTheModelSaysToday() throws IOException {
    assertEquals(
        Files.readString(PAGE),
        RulesPage.markdown(new Evidence()),
        "read the difference, then: dmsim rules --markdown > dm-core/TABLE-LOOKUP.md");
  }

  @Test
  void page_namesScenariosThatExist() throws IOException {
    Matcher named = Pattern.compile("dmsim explore ([a-z-]+)").matcher(Files.readString(PAGE));
    int count = 0;
    while (named.find()) {
      assertTrue(Museum.find(named.group(1)).isPresent(), named.group(1));
      count++;
    }
    assertEquals(2 * Museum.exhibits().size(), count);
  }
}
