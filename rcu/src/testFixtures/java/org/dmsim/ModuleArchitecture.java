package org.dmsim;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * What holds in every module; a module's own {@code ArchitectureTest} only says which one it is.
 *
 * <p>That a module sees only those to its left is decided by the poms. Here stands what Maven
 * cannot say: which packages a module may hold, that packages form no cycle, and that a run is a
 * value, so that neither static state nor a clock nor an unseeded random number can make two runs
 * differ. Packages named {@code bench} measure, and may look at the clock.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class ModuleArchitecture {

  /** The modules, each standing only on those before it. */
  enum Module {
    RCU,
    BLOCKLAYER,
    DM_CORE,
    FAULTS,
    SCENARIOS,
    JUNIT;

    /** The module in which a class must live, told from its package. */
    static Module of(JavaClass type) {
      return of(type.getName());
    }

    static Module of(String name) {
      String[] parts = name.split("\\.");
      return switch (parts[2]) {
        case "block" -> BLOCKLAYER;
        case "dm" -> DM_CORE;
        case "faults" -> FAULTS;
        case "scenarios" -> parts[3].equals("junit") ? JUNIT : SCENARIOS;
        default -> RCU;
      };
    }
  }

  private static final DescribedPredicate<JavaClass> MEASURE =
      describe(
          "are part of a benchmark", type -> type.getPackageName().matches(".*\\.bench(\\..*)?"));

  private static final Set<String> CLOCKS_AND_CHANCE =
      Set.of(
          System.class.getName() + ".currentTimeMillis",
          System.class.getName() + ".nanoTime",
          System.class.getName() + ".identityHashCode",
          Instant.class.getName() + ".now",
          Math.class.getName() + ".random",
          UUID.class.getName() + ".randomUUID");

  private final Module module;
  private final JavaClasses main;
  private final JavaClasses tests;

  ModuleArchitecture(Module module) {
    this.module = module;
    Path target = target();
    this.main = new ClassFileImporter().importPath(target.resolve("classes"));
    this.tests = new ClassFileImporter().importPath(target.resolve("test-classes"));
  }

  /** The module's build folder, found from where this test was loaded, not from where it runs. */
  private Path target() {
    try {
      return Path.of(getClass().getProtectionDomain().getCodeSource().getLocation().toURI())
          .getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aPackageLivesInOneModule() {
    holds(
        classes()
            .should(
                be(
                    describe(
                        "in a package of " + module,
                        (JavaClass type) ->
                            Module.of(type) == module || isFaultBesideItsClass(type)))));
  }

  /** A planted fault stands in the package of the class that it changes, and is compiled apart. */
  private boolean isFaultBesideItsClass(JavaClass type) {
    String outermost = type.getName().split("\\$")[0];
    return module == Module.FAULTS && outermost.matches(".*(Fault|Faults|Trial)");
  }

  @Test
  void nothingDependsOnAModuleToTheRight() {
    holds(
        noClasses()
            .should()
            .dependOnClassesThat(
                describe(
                    "live to the right of " + module,
                    type ->
                        type.getPackageName().startsWith("org.dmsim")
                            && Module.of(type).compareTo(module) > 0)));
  }

  @Test
  void packagesAreFreeOfCycles() {
    long packages = main.stream().map(JavaClass::getPackageName).distinct().count();
    assertTrue(
        packages > 1 || module == Module.JUNIT,
        () -> "only " + packages + " package is seen of " + module);
    packagesFormNoCycle().check(main);
  }

  /** Every package is a slice of its own, however deep it lies. */
  static ArchRule packagesFormNoCycle() {
    return slices().matching("org.dmsim.(**)").should().beFreeOfCycles();
  }

  /**
   * How many files of a package need each other in a circle, in the two modules that all others
   * stand on. Whoever opens a circle lowers its number; whoever closes a new one thinks again.
   */
  private static final Map<String, Integer> FILES_IN_CIRCLES =
      Map.ofEntries(
          Map.entry("org.dmsim.block.bio", 4),
          Map.entry("org.dmsim.block.device", 4),
          Map.entry("org.dmsim.block.disk", 2),
          Map.entry("org.dmsim.block.queue", 2),
          Map.entry("org.dmsim.block.syscall", 2),
          Map.entry("org.dmsim.futex", 5),
          Map.entry("org.dmsim.lockdep", 6),
          Map.entry("org.dmsim.locking", 3),
          Map.entry("org.dmsim.machine", 38),
          Map.entry("org.dmsim.memory", 2),
          Map.entry("org.dmsim.rcu", 2),
          Map.entry("org.dmsim.srcu", 3),
          Map.entry("org.dmsim.version", 2),
          Map.entry("org.dmsim.workqueue", 8));

  @Test
  void filesOfAPackage_formNoNewCircle() {
    if (module.compareTo(Module.BLOCKLAYER) > 0) {
      return; // targets and commands come and go
    }
    Map<String, Set<String>> circles = FileCycles.of(main);
    Map<String, Integer> found = new TreeMap<>();
    circles.forEach((name, files) -> found.put(name, files.size()));
    Map<String, Integer> known = new TreeMap<>(FILES_IN_CIRCLES);
    known.keySet().removeIf(name -> Module.of(name + ".X") != module);
    assertEquals(known, found, () -> "files in circles: " + circles);
  }

  @Test
  void noStaticStateChanges() {
    holds(staticStateIsConstant());
  }

  static ArchRule staticStateIsConstant() {
    return noFields()
        .that()
        .areDeclaredInClassesThat(not(MEASURE))
        .should(be(describe("static and changing", StaticState::changes)))
        .because("all that a run can change belongs to its Machine");
  }

  @Test
  void whatIsExcusedFromBeingConstant_isThere() {
    Set<String> there =
        main.stream()
            .flatMap(type -> type.getFields().stream())
            .map(StaticState::name)
            .collect(Collectors.toSet());
    List<String> gone =
        StaticState.WITH_A_REASON.keySet().stream()
            .filter(name -> isOfThisModule(name) && !there.contains(name))
            .toList();
    assertEquals(List.of(), gone);
  }

  private boolean isOfThisModule(String field) {
    return Module.of(field) == module;
  }

  /**
   * Where a value is kept by a handle of its own, though tasks might share it; each with the
   * reason.
   */
  private static final Map<String, String> VALUES_OUTSIDE_CELL =
      Map.of(
          "org.dmsim.block.disk.PageStore", "memory of the host, not of the kernel",
          "org.dmsim.futex.Pages", "user memory",
          "org.dmsim.rcu.ThreadRcu", "of real threads",
          "org.dmsim.rcu.ThreadRcu$Word", "of real threads");

  @Test
  void valuesThatTasksShare_areCells() {
    holds(valuesAreCells());
  }

  static ArchRule valuesAreCells() {
    return noClasses()
        .that()
        .doNotHaveFullyQualifiedName("org.dmsim.cell.Fields")
        .and(
            describe(
                "have no reason of their own",
                type -> !VALUES_OUTSIDE_CELL.containsKey(type.getName())))
        .should()
        .callMethodWhere(
            describe(
                "a field or an array is accessed by a handle",
                call ->
                    call.getName().equals("findVarHandle")
                        || call.getName().equals("arrayElementVarHandle")))
        .because("org.dmsim.cell is the one place for values and their memory model");
  }

  @Test
  void noClockAndNoChanceReachTheModel() {
    if (module.compareTo(Module.SCENARIOS) >= 0) {
      return; // The command line may tell how long something took.
    }
    holds(
        noClasses()
            .that(not(MEASURE))
            .should()
            .accessTargetWhere(
                describe(
                    "a clock, an address or chance is read",
                    (JavaAccess<?> access) ->
                        CLOCKS_AND_CHANCE.contains(
                            access.getTargetOwner().getName() + "." + access.getName())))
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Random.class, ThreadLocalRandom.class, SecureRandom.class)
            .because("the same configuration and the same choices give the same run"));
  }

  @Test
  void noTestIsSkipped() {
    noClasses()
        .should()
        .beAnnotatedWith(Disabled.class)
        .because("a test is mended or deleted with a reason")
        .check(tests);
    noMethods()
        .should()
        .beAnnotatedWith(Disabled.class)
        .because("a test is mended or deleted with a reason")
        .check(tests);
  }

  private void holds(ArchRule rule) {
    rule.allowEmptyShould(true).check(main);
  }
}
