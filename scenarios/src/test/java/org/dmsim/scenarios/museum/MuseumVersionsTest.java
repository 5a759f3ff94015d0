package org.dmsim.scenarios.museum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Program;
import org.dmsim.explore.Result;
import org.dmsim.machine.Configuration;
import org.dmsim.scenarios.kernels.PolicyCatalogue;
import org.dmsim.version.Change;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each bug of a kernel is found on the first kernel that had it, and on the last. */
class MuseumVersionsTest {

  /** Kernels that had a bug and are not modelled. */
  private static final List<String> NOT_MODELLED = List.of("4.0", "4.2", "6.15");

  static Stream<Arguments> affected() {
    List<Arguments> all = new ArrayList<>();
    for (Exhibit e : Museum.exhibits()) {
      Plaque p = e.plaque();
      for (String kernel : p.affected().split(" to ")) {
        if (!kernel.isEmpty() && !NOT_MODELLED.contains(kernel)) {
          all.add(Arguments.of(p.name(), kernel));
        }
      }
    }
    return all.stream();
  }

  static Stream<Exhibit> ofKernels() {
    return Museum.exhibits().stream()
        .filter(e -> !e.plaque().affected().isEmpty() && e.plaque().mended());
  }

  /** That nothing is found there, in any schedule, is said by {@link MuseumTest}. */
  @ParameterizedTest
  @MethodSource("ofKernels")
  void fixedTwin_runsOnTheFirstKernelThatHasTheFix(Exhibit e) {
    Change fix =
        PolicyCatalogue.all().stream()
            .flatMap(p -> Stream.of(p.fact().since(), p.fact().until()))
            .filter(c -> c != null && c.commit().equals(e.plaque().commit()))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no policy ends with " + e.plaque().commit()));
    KernelVersion first =
        Stream.concat(Stream.of(fix.since()), fix.backports().stream())
            .filter(MuseumVersionsTest::isModelled)
            .findFirst()
            .orElse(KernelVersion.releases().getFirst());
    assertEquals(first, e.configuration(true).kernel());
  }

  private static boolean isModelled(KernelVersion v) {
    try {
      return KernelVersion.parse(v.toString()).equals(v);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("affected")
  void exhibit_isFoundOnTheFirstAndTheLastKernelThatHadTheBug(String name, String kernel) {
    Exhibit e = Museum.find(name).orElseThrow();
    Program program = e.program(false);
    Configuration c = e.withEnoughCpus(false).withKernel(KernelVersion.parse(kernel));
    Result r = new Explorer(program, c, Bounds.EXHAUSTIVE).lookingFor(e.symptom()).explore();
    assertEquals(Result.End.VIOLATION, r.end());
    assertTrue(
        r.finding().orElseThrow().reports().stream()
            .anyMatch(report -> report.headline().contains(e.symptom())),
        () -> r.finding().orElseThrow().headline());
  }
}
