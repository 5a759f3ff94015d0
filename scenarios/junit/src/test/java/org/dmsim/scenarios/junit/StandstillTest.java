package org.dmsim.scenarios.junit;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.stream.Stream;
import org.dmsim.machine.Machine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/**
 * A test whose task waits outside the model in a way that its code does not show ends all the same,
 * as a failure that names the task, where it stands, and what to use instead. Each waits for as
 * many looks as the watchdog of a run takes, so these are deep; its own test is WatchdogTest.
 */
@Tag("deep")
final class StandstillTest {

  static Stream<Arguments> victims() {
    return Stream.of(
        arguments("waitsForAFuture", "task 'waiter'", "it called CompletableFuture.join"),
        arguments("waitsForAProgram", "task 'waiter'", "waitFor"),
        arguments("goesRoundASynchronizedList", "task '", "it waits for a monitor"));
  }

  @ParameterizedTest
  @MethodSource("victims")
  void taskThatStandsStill_failsTheTestAndIsNamed(String victim, String who, String what) {
    String failure = failureOf(victim);
    assertTrue(failure.contains(who), failure);
    assertTrue(failure.contains(what), failure);
    assertTrue(failure.contains("Victims.java:"), failure);
    assertTrue(failure.contains("Use "), failure);
    assertTrue(failure.contains("\n    at example.Victims."), failure);
  }

  private static String failureOf(String method) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectMethod(example.Victims.class, method, Machine.class))
        .execute()
        .testEvents()
        .finished()
        .stream()
        .map(e -> e.getRequiredPayload(TestExecutionResult.class))
        .map(r -> r.getThrowable().map(Throwable::getMessage).orElse("green"))
        .findFirst()
        .orElse("did not run");
  }
}
