package org.dmsim.scenarios.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.dmsim.version.Change;
import org.dmsim.version.KernelVersion;
import org.dmsim.version.Policy;
import org.junit.jupiter.api.Test;

class PolicyCatalogueTest {

  /** An enum of policies that nobody lists would be one that nobody can read of. */
  @Test
  void all_holdsEveryEnumOfPolicies() {
    Set<String> classes = new TreeSet<>();
    new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.dmsim")
            .stream()
            .filter(c -> c.isEnum() && c.isAssignableTo(Policy.class))
            .forEach(c -> classes.add(c.getName()));
    Set<String> listed = new TreeSet<>();
    PolicyCatalogue.all().forEach(p -> listed.add(((Enum<?>) p).getDeclaringClass().getName()));
    assertEquals(classes, listed);
  }

  @Test
  void id_belongsToOnePolicy() {
    assertEquals(PolicyCatalogue.all().size(), new HashSet<>(PolicyCatalogue.ids()).size());
  }

  @Test
  void change_isACommitWithItsSubject() {
    for (Policy p : PolicyCatalogue.all()) {
      for (Change c : changes(p)) {
        assertTrue(c.commit().matches("[0-9a-f]{12}"), p.id() + ": " + c.commit());
        assertTrue(!c.subject().isBlank() && !c.subject().endsWith("."), p.id());
        assertTrue(isMainline(c.since()), p.id() + " came with a mainline release");
        c.backports().forEach(b -> assertTrue(b.stable() > 0, p.id()));
        assertTrue(
            c.backports().stream().noneMatch(b -> b.isAtLeast(c.since())),
            p.id() + ": a backport to what has it already");
      }
    }
  }

  /** Until 2.6.39 the mainline's own releases had a third number. */
  private static boolean isMainline(KernelVersion v) {
    return v.stable() == 0 || v.major() == 2;
  }

  /** A commit has one subject and one first release, however many policies speak of it. */
  @Test
  void change_isToldTheSameWayEverywhere() {
    List<Change> all = PolicyCatalogue.all().stream().flatMap(p -> changes(p).stream()).toList();
    assertEquals(new HashSet<>(all).size(), all.stream().map(Change::commit).distinct().count());
  }

  /** What is brought and mended before one release is in none, and can only be put into one. */
  @Test
  void policy_isInForceFromItsFirstReleaseUntilTheOneThatEndsIt() {
    for (Policy p : PolicyCatalogue.all()) {
      if (p.fact().since() != null && p.fact().until() != null) {
        int order = p.fact().since().since().compareTo(p.fact().until().since());
        assertTrue(order <= 0, p.id() + " ends before it begins");
        assertEquals(order < 0, p.fact().isIn(p.fact().since().since()), p.id());
      }
      if (p.fact().until() != null) {
        assertTrue(!p.fact().isIn(p.fact().until().since()), p.id());
      }
    }
  }

  @Test
  void between_aKernelAndItself_isNothing() {
    for (KernelVersion v : KernelVersion.releases()) {
      assertEquals(List.of(), PolicyCatalogue.between(v, v));
    }
    assertNull(PolicyCatalogue.find("no-such-policy").orElse(null));
  }

  private static List<Change> changes(Policy p) {
    return Stream.of(p.fact().since(), p.fact().until()).filter(Objects::nonNull).toList();
  }
}
