package org.dmsim.scenarios.explain.bugs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmsim.scenarios.explain.reports.ReportKind;
import org.dmsim.scenarios.museum.Museum;
import org.dmsim.scenarios.museum.Rule;
import org.junit.jupiter.api.Test;

final class KnownBugsTest {

  private static final List<KnownBug> ALL = KnownBugs.load().all();

  @Test
  void entries_nameWhatThereIs() {
    Set<String> kinds =
        Arrays.stream(ReportKind.values()).map(ReportKind::word).collect(Collectors.toSet());
    Set<String> names = new HashSet<>();
    for (KnownBug b : ALL) {
      assertTrue(names.add(b.name()), b.name() + " stands there twice");
      assertTrue(b.commit().isEmpty() || b.commit().matches("[0-9a-f]{12}"), b.name());
      assertTrue(kinds.containsAll(b.kinds()) && !b.kinds().isEmpty(), b.name() + " " + b.kinds());
      assertFalse(b.conditions().isEmpty(), b.name() + " would be every report");
      b.rules().forEach(r -> assertNotNull(Rule.valueOf(r)));
      for (String s : b.scenarios()) {
        boolean script = KnownBugsTest.class.getResource("/scenarios/" + s + ".dm") != null;
        assertTrue(script || Museum.find(s).isPresent(), b.name() + ": no scenario " + s);
      }
    }
  }

  @Test
  void releases_canBeCompared() {
    for (KnownBug b : ALL) {
      Stream.concat(Stream.of(b.since(), b.fixed()), b.stable().stream())
          .filter(r -> !r.isEmpty())
          .forEach(r -> assertNotNull(Release.of(r), b.name() + ": " + r));
    }
    assertTrue(Release.of("6.6.0-rc1-g39956d2").compareTo(Release.of("6.6-rc2")) < 0);
    assertTrue(Release.of("6.6.0").compareTo(Release.of("6.6-rc9")) > 0);
    assertTrue(Release.of("6.6.1").compareTo(Release.of("6.6")) > 0);
    assertTrue(Release.of("5.4.21-xfstests").compareTo(Release.of("5.4.25")) < 0);
    assertEquals(-1, Release.of("5.10.0-5-amd64").patch());
  }

  @Test
  void aFix_isInItsStableReleasesToo() {
    KnownBug bug =
        ALL.stream().filter(b -> b.name().equals("nowait-lookup-under-rcu")).findFirst().get();
    assertTrue(bug.lacksFix("6.1.54"));
    assertFalse(bug.lacksFix("6.1.55"));
    assertTrue(bug.lacksFix("6.4.16"));
    assertFalse(bug.lacksFix("6.6.0"));
    assertFalse(bug.lacksFix("5.18.0"));
    assertTrue(bug.lacksFix(""), "an unknown kernel may have it");
  }
}
