package org.dmsim.scenarios.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmsim.machine.Machine;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SlabObject;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/** What {@link Explore} says when a test fails, by running tests that must. */
class ExploreTest {

  private static final String REPLAY = "see it again: @Explore\\(replay = \"(v2:[^\"]*)\"\\)";

  @Test
  void violation_comesWithColumnsReportAndTheLineToPaste() {
    String said = failureOf("freedUnderAReader");
    assertTrue(said.startsWith("VIOLATION  BUG: KASAN: use-after-free"), said);
    assertTrue(said.contains("step | reader"), said);
    assertTrue(said.contains("Freed by task"), said);
    assertTrue(Pattern.compile(REPLAY).matcher(said).find(), said);
  }

  @Test
  void violation_isTheSameWhenItIsReplayed() {
    String found = failureOf("freedUnderAReader");
    Matcher token = Pattern.compile(REPLAY).matcher(found);
    assertTrue(token.find(), found);
    assertEquals(Victims.TOKEN, token.group(1), "paste it into Victims.TOKEN");
    assertEquals(found, failureOf("freedUnderAReaderAgain"));
  }

  @Test
  void bound_isNotAProof() {
    assertEquals(
        "BOUND-REACHED  max-schedules=1, 1 schedules seen, nothing found. That is no proof: raise"
            + " the bound, or say boundedIsEnough = true",
        failureOf("bounded"));
    assertEquals("", failureOf("boundedAndContent"));
  }

  @Test
  void count_thatIsAnotherThanExpected_fails() {
    assertEquals(
        "the test has another number of schedules than it says: expected 7, seen 2",
        failureOf("miscounted"));
  }

  @Test
  void nonsense_isRefusedByName() {
    assertEquals(
        "@Explore: kernel 4.4 is not modelled; the nearest that are: 5.4 (all: dmsim" + " kernels)",
        failureOf("onAKernelThatIsNotModelled"));
    assertEquals(
        "@Explore on withoutAMachine: the method takes one Machine, or names a script",
        failureOf("withoutAMachine"));
    assertEquals("@Explore: no scenario named nowhere", failureOf("ofNoScenario"));
    assertEquals(
        "@Explore: preempt names 2 models; write one test for each", failureOf("onTwoModels"));
    assertEquals(
        "@Explore(replay): the token is of Victims.freedUnderAReader, and the test is doubled-put",
        failureOf("exhibitOfAnotherToken"));
  }

  @Test
  void token_ofAnotherProgram_saysWhereItDiffers() {
    String said = failureOf("changedSince");
    assertTrue(said.startsWith("@Explore(replay): "), said);
    assertTrue(said.contains("expected") && said.contains("got"), said);
    assertTrue(said.endsWith("take replay out, and search anew"), said);
  }

  @Test
  void script_isRunByItsName() {
    assertEquals("", failureOf("fixedExhibit"));
    assertTrue(failureOf("brokenExhibit").startsWith("VIOLATION  INFO: task"), "the AB-BA hangs");
  }

  private static String failureOf(String method) {
    boolean bare =
        method.equals("withoutAMachine")
            || method.contains("xhibit")
            || method.equals("ofNoScenario");
    return EngineTestKit.engine("junit-jupiter")
        .selectors(
            bare
                ? selectMethod(Victims.class, method)
                : selectMethod(Victims.class, method, Machine.class))
        .execute()
        .testEvents()
        .finished()
        .stream()
        .map(e -> e.getRequiredPayload(TestExecutionResult.class))
        .map(r -> r.getThrowable().map(Throwable::getMessage).orElse(""))
        .findFirst()
        .orElse("did not run");
  }

  /** Tests that must fail; run by the tests above and by nobody else. */
  static class Victims {
    static final String TOKEN =
        "v2:Victims.freedUnderAReader:kernel=6.12.117,preempt=full,cpus=2,exhaustive:1.3:194p4mjyg9c88";

    @Explore
    void freedUnderAReader(Machine machine) {
      Page[] page = new Page[1];
      machine.boot(() -> page[0] = new Page());
      machine.spawn("reader", () -> page[0].touch());
      machine.spawn("freer", () -> page[0].free());
    }

    @Explore(replay = TOKEN)
    void freedUnderAReaderAgain(Machine machine) {
      freedUnderAReader(machine);
    }

    @Explore(maxSchedules = 1)
    void bounded(Machine machine) {
      twoWriters(machine);
    }

    @Explore(maxSchedules = 1, boundedIsEnough = true)
    void boundedAndContent(Machine machine) {
      twoWriters(machine);
    }

    @Explore(schedules = 7)
    void miscounted(Machine machine) {
      twoWriters(machine);
    }

    @Explore(kernel = "4.4")
    void onAKernelThatIsNotModelled(Machine machine) {
      twoWriters(machine);
    }

    @Explore(preempt = {PreemptionModel.NONE, PreemptionModel.FULL})
    void onTwoModels(Machine machine) {
      twoWriters(machine);
    }

    @Explore(replay = TOKEN)
    void changedSince(Machine machine) {
      twoWriters(machine);
    }

    @Explore(script = "doubled-put", replay = TOKEN)
    void exhibitOfAnotherToken() {}

    @Explore
    void withoutAMachine() {}

    @Explore(script = "nowhere")
    void ofNoScenario() {}

    @Explore(script = "destroy-against-swap:fixed", schedules = 50)
    void fixedExhibit() {}

    @Explore(script = "destroy-against-swap")
    void brokenExhibit() {}

    private static void twoWriters(Machine machine) {
      SharedInt[] word = new SharedInt[1];
      machine.boot(() -> word[0] = new SharedInt("word", 0));
      machine.spawn("a", () -> word[0].writeOnce(1));
      machine.spawn("b", () -> word[0].writeOnce(2));
    }
  }

  private static final class Page extends SlabObject {
    Page() {
      super("page", "page");
    }
  }
}
