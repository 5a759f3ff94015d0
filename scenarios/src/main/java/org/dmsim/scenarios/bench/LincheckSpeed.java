package org.dmsim.scenarios.bench;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/**
 * Lincheck's model checker on one program, in a JVM of its own: it rewrites classes, and wants
 * options that nothing else here needs. Prints invocations and nanoseconds of each round.
 */
public final class LincheckSpeed {

  /** Lincheck is through with so small a program in some tens of invocations. */
  static final int PROGRAMS_A_ROUND = 400;

  private static final int ENOUGH = 1_000_000;
  private static final int ROUNDS = 4;
  private static final AtomicLong INVOCATIONS = new AtomicLong();

  private LincheckSpeed() {}

  /** One reference that two threads see. A new one is made for each invocation. */
  public static final class Reference {
    private final AtomicReference<Integer> ref = new AtomicReference<>(0);

    /** Counts the invocation. */
    public Reference() {
      INVOCATIONS.incrementAndGet();
    }

    /** What it holds. */
    @Operation
    public int read() {
      return ref.get();
    }

    /** What it held. */
    @Operation
    public int swap(@Param(gen = IntGen.class) int value) {
      return ref.getAndSet(value);
    }
  }

  /** Measures. */
  public static void main(String[] args) {
    for (int round = 0; round < ROUNDS; round++) {
      long before = INVOCATIONS.get();
      long start = System.nanoTime();
      options().check(Reference.class);
      System.out.println((INVOCATIONS.get() - before) + " " + (System.nanoTime() - start));
    }
  }

  private static ModelCheckingOptions options() {
    ModelCheckingOptions options =
        new ModelCheckingOptions()
            .iterations(0)
            .invocationsPerIteration(ENOUGH)
            .minimizeFailedScenario(false);
    for (int i = 0; i < PROGRAMS_A_ROUND; i++) {
      List<Actor> reader = new ArrayList<>(List.of(actor("read"), actor("read")));
      List<Actor> swapper = new ArrayList<>(List.of(actor("swap", 1), actor("swap", 2)));
      options.addCustomScenario(
          new ExecutionScenario(List.of(), List.of(reader, swapper), List.of(), null));
    }
    return options;
  }

  private static Actor actor(String name, Object... arguments) {
    Method method =
        Arrays.stream(Reference.class.getMethods())
            .filter(m -> m.getName().equals(name))
            .findFirst()
            .orElseThrow();
    return new Actor(method, List.of(arguments), false, false, false, false, false);
  }
}
