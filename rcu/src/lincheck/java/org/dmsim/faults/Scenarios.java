package org.dmsim.faults;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;

/**
 * Small scenarios that Lincheck is given instead of making up its own: a line a thread, operations
 * by name, each with its number as argument if it wants one.
 */
final class Scenarios {

  private Scenarios() {}

  /** Options that check exactly these scenarios. */
  static ModelCheckingOptions modelChecking(Class<?> type, int invocations, String... scenarios) {
    ModelCheckingOptions options =
        new ModelCheckingOptions()
            .iterations(0)
            .invocationsPerIteration(invocations)
            .minimizeFailedScenario(false)
            // How a thread finds its own counters is no part of what is checked.
            .addGuarantee(
                forClasses("org.dmsim.threads.ThreadTable", "org.dmsim.threads.Membarrier")
                    .allMethods()
                    .treatAsAtomic());
    for (String s : scenarios) {
      options.addCustomScenario(parse(type, s));
    }
    return options;
  }

  /** Reads {@code "read | replace replace"}: threads between bars. */
  static ExecutionScenario parse(Class<?> type, String text) {
    List<List<Actor>> threads = new ArrayList<>();
    int number = 0;
    for (String thread : text.split("\\|")) {
      List<Actor> actors = new ArrayList<>();
      for (String name : thread.trim().split(" +")) {
        actors.add(actor(type, name, ++number));
      }
      threads.add(actors);
    }
    return new ExecutionScenario(List.of(), threads, List.of(), null);
  }

  private static Actor actor(Class<?> type, String name, int number) {
    Method method =
        Arrays.stream(type.getMethods())
            .filter(m -> m.getName().equals(name) && m.isAnnotationPresent(Operation.class))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(type + " has no " + name));
    List<Object> arguments = method.getParameterCount() == 0 ? List.of() : List.of(number);
    return new Actor(method, arguments, false, false, false, false, false);
  }
}
