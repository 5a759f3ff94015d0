package org.dmsim.scenarios.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dmsim.explore.Bounds;
import org.dmsim.scenarios.futex.FutexScenarios;
import org.dmsim.scenarios.museum.Museum;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.AssertionFailedError;

/**
 * Every finding of the suite, as a JUnit test shows it: the token that it prints shows it again.
 */
class FoundThenReplayedTest {

  private static final Pattern TOKEN = Pattern.compile("@Explore\\(replay = \"([^\"]*)\"\\)");
  private static final int UNBOUNDED = Bounds.UNBOUNDED;

  static Stream<Asked> searches() {
    List<Asked> all = new ArrayList<>();
    Museum.exhibits().forEach(e -> all.add(new Asked(e.plaque().name(), "", UNBOUNDED, "")));
    FutexScenarios.all().forEach(f -> all.add(new Asked(f.name(), "", bound(f.name()), "")));
    all.add(new Asked("back-off", "", UNBOUNDED, ""));
    all.add(new Asked("nowait", "", UNBOUNDED, ""));
    all.add(new Asked("nowait-swap", "", UNBOUNDED, ""));
    all.add(new Asked("nowait", "6.5", UNBOUNDED, ""));
    return all.stream();
  }

  /** For those that take long without. */
  private static int bound(String name) {
    return switch (name) {
      case "killed-behind-a-new-owner", "heir-forgets-the-others" -> 1;
      case "killed-in-suspended-io" -> 0;
      default -> UNBOUNDED;
    };
  }

  @ParameterizedTest
  @MethodSource("searches")
  void finding_isShownAgainByItsToken(Asked asked) {
    String found = failure(asked);
    Matcher m = TOKEN.matcher(found);
    assertTrue(m.find(), found);
    assertTrue(m.group(1).startsWith("v2:" + asked.script() + ":kernel="), m.group(1));
    Asked again = new Asked(asked.script(), asked.kernel(), asked.preemptions(), m.group(1));
    assertEquals(found, failure(again));
  }

  private static String failure(Asked asked) {
    return assertThrows(
            AssertionFailedError.class,
            () ->
                ExploreExtension.explore(
                    asked, ExploreExtension.named(asked.script(), FoundThenReplayedTest.class)))
        .getMessage();
  }
}
