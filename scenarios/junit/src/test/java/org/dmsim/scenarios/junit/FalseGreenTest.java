package org.dmsim.scenarios.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dmsim.machine.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Tests whose races no schedule shows, or that test nothing, are no green tests. */
final class FalseGreenTest {

  private static final String UNSEEN = ", which the machine does not see: no schedule would";

  static Stream<Arguments> victims() {
    return Stream.of(
        arguments(
            "aPlainField",
            "adder1 writes Victims.field (Victims.java:39) and adder0 reads it (Victims.java:37)"
                + UNSEEN),
        arguments(
            "aStaticField",
            "one writes Victims.everybodys (Victims.java:47) and two reads it (Victims.java:48)"
                + UNSEEN),
        arguments("anArray", "two writes elements of a shared int[] (Victims.java:56)"),
        arguments("anAtomicInteger", "two writes a shared AtomicInteger (Victims.java:64)"),
        arguments("aList", "one writes a shared List (Victims.java:71) and two reads it"),
        arguments("nothingModelled", "these tasks touch nothing that is modelled"),
        arguments("noTasks", "there are no tasks, and so nothing to explore"),
        arguments(
            "aScriptThatDoesNotLoad",
            "@Explore: typo.dm:2:9: 'load d0 0 131072 linaer 1:0 0' is answered EINVAL"
                + " (device-mapper: table: 252:0: linaer: unknown target type)"),
        arguments("synchronizedAroundACell", "the tasks use synchronized (Victims.java:"),
        arguments("sleeps", "the tasks use Thread.sleep (Victims.java:"),
        arguments("startsAThread", "the tasks use Thread.start (Victims.java:"),
        arguments("aLockOfTheModel", "say so: @Explore(guarded = \"Counter.value\")"));
  }

  @ParameterizedTest
  @MethodSource("victims")
  void whatTheMachineCannotSee_isNotGreen(String victim, String said) {
    String failure = failureOf(victim);
    assertTrue(failure.contains(said), victim + " failed with '" + failure + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"aScriptOfTheClassPath", "aLockOfTheModelThatIsNamed", "fieldsOfTheirOwn"})
  void whatItSees_isGreen(String victim) {
    assertEquals("", failureOf(victim));
  }

  static Stream<Arguments> throwers() {
    return Stream.of(
        arguments(
            "anAssertion",
            "org.opentest4j.AssertionFailedError: expected: <0> but was: <1> in task reader at"
                + " Victims.java:"),
        arguments(
            "anAssertionAtTheEnd",
            "org.opentest4j.AssertionFailedError: expected: <2> but was: <1> in a check at the end"
                + " at Victims.java:"),
        arguments(
            "anException",
            "java.lang.ArrayIndexOutOfBoundsException: Index 3 out of bounds for length 0 in task"
                + " reader at Victims.java:"));
  }

  @ParameterizedTest
  @MethodSource("throwers")
  void whatTheTestThrows_isAFindingWithColumnsAndToken(String victim, String headline) {
    String failure = failureOf(victim);
    assertTrue(failure.startsWith("VIOLATION  " + headline), failure);
    assertTrue(failure.contains("step | "), failure);
    assertTrue(
        Pattern.compile("see it again: @Explore\\(replay = \"v2:.*\"\\)").matcher(failure).find(),
        failure);
  }

  @Test
  void anOopsBeforeATaskBegan_isAFinding() {
    String failure = failureOf("anOopsOfTheSetUp");
    assertTrue(failure.startsWith("VIOLATION  before a task began: "), failure);
    assertTrue(failure.contains("kernel BUG at drivers/md/victim.c:7!"), failure);
  }

  private static String failureOf(String method) {
    boolean script = method.startsWith("aScript");
    Class<?> of = example.Victims.class;
    return EngineTestKit.engine("junit-jupiter")
        .selectors(script ? selectMethod(of, method) : selectMethod(of, method, Machine.class))
        .execute()
        .testEvents()
        .finished()
        .stream()
        .map(e -> e.getRequiredPayload(TestExecutionResult.class))
        .map(r -> r.getThrowable().map(Throwable::getMessage).orElse(""))
        .findFirst()
        .orElse("did not run");
  }
}
