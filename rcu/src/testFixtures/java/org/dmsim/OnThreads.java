package org.dmsim;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * How much Lincheck is asked of a structure. The claim is always linearizability: its operations
 * give what they would if each were made at one moment between its call and its return. What a
 * structure must give one operation after the other its own code says, or a model beside it.
 */
public final class OnThreads {

  /**
   * Milliseconds after which Lincheck takes a run for hung: long enough for a machine with much
   * other work. A real hang the model checker sees by its steps.
   */
  private static final long PATIENCE_MS = 600_000;

  private OnThreads() {}

  /** Some seconds: in every build. */
  public static void check(Class<?> structure, Class<?> model, String... whole) {
    modelChecking(3, 30, whole).sequentialSpecification(model).check(structure);
    stress(2, 200).sequentialSpecification(model).check(structure);
  }

  /** Half a minute. */
  public static void checkForLong(Class<?> structure, Class<?> model, String... whole) {
    modelChecking(10, 300, whole).sequentialSpecification(model).check(structure);
    stress(20, 2_000).sequentialSpecification(model).check(structure);
  }

  /**
   * One scenario in many interleavings: what is done before, by each thread, and after, by the
   * names of operations that take nothing: {@code "take : give | give : available"}.
   */
  public static void checkScenario(Class<?> structure, String scenario) {
    String[] parts = scenario.split(":", -1);
    List<List<Actor>> threads =
        Arrays.stream(parts[1].split("\\|")).map(t -> actors(structure, t)).toList();
    patient(new ModelCheckingOptions())
        .iterations(0)
        .invocationsPerIteration(300)
        .addCustomScenario(
            new ExecutionScenario(
                actors(structure, parts[0]), threads, actors(structure, parts[2]), null))
        .check(structure);
  }

  private static List<Actor> actors(Class<?> structure, String names) {
    List<Actor> actors = new ArrayList<>();
    for (String name : names.trim().split(" +")) {
      if (!name.isEmpty()) {
        actors.add(
            new Actor(operation(structure, name), List.of(), false, false, false, false, false));
      }
    }
    return actors;
  }

  private static Method operation(Class<?> structure, String name) {
    try {
      return structure.getMethod(name);
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static <O extends Options<O, ?>> O patient(O options) {
    return options.invocationTimeout$lincheck(PATIENCE_MS);
  }

  private static ModelCheckingOptions modelChecking(
      int scenarios, int interleavings, String... whole) {
    return patient(new ModelCheckingOptions())
        .threads(2)
        .actorsPerThread(2)
        .actorsBefore(2)
        .actorsAfter(1)
        .iterations(scenarios)
        .invocationsPerIteration(interleavings)
        .addGuarantee(
            forClasses(name -> List.of(whole).stream().anyMatch(name::startsWith))
                .allMethods()
                .ignore());
  }

  private static StressOptions stress(int scenarios, int runs) {
    return patient(new StressOptions())
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(0)
        .actorsAfter(1)
        .iterations(scenarios)
        .invocationsPerIteration(runs);
  }
}
