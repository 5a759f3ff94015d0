package org.dmsim.scenarios.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.report.DmsimFault;
import org.dmsim.scenarios.catalogue.Programs;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps that touch nothing in common do the same in any order, whatever the script. */
final class CommutingTest {

  private static final int SOME = 8;
  private static final int MANY = 2_000;
  private static final int FEW = 2;
  private static final int HUNDREDS = 300;
  private static final int RUNS = 3;
  private static final int ORDERS = 4;

  @Test
  void independentSteps_commute() {
    check(0, SOME);
  }

  @Test
  @Tag("deep")
  void independentSteps_commuteInThousandsOfScripts() {
    check(SOME, MANY);
  }

  /** A handler that was done looked, unsaid, whether one more softirq had been raised. */
  @Test
  void endOfAHandler_isSeenByWhoRaisesASoftirq() {
    check(1468, 1469);
  }

  /** A worker that went to sleep decided, unsaid, whether who queued the next work made another. */
  @Test
  void sleepOfAWorker_isSeenByWhoQueuesAWork() {
    String text =
        """
        kernel 6.1 preempt=none cpus=8
        create d0
        load d0 0 64 mirror disk 2 1:1 8 2 1:2 128 1:2 64
        resume d0
        create d1
        load d1 0 64 switch 2 8 0 1:2 0 1:2 0
        resume d1
        message d0 0 mark here -- may fail
        task io0:
          write_nowait ram0 5120 9728 7 -- may fail
          read d0 14336 9216 -- may fail
        task io1:
          write d1 12288 3072 7
          flush nullb0 -- may fail
        task io2:
          write_sync d1 0 4608 7
          write_sync d0 6144 5632 7
        """;
    assertEquals("", String.join("\n", differences("four at a mirror", text, 2)));
  }

  /** What no random script loads: targets with metadata, and others that take some setting up. */
  @ParameterizedTest
  @MethodSource("targets")
  void stepsOfATarget_commute(String target) throws IOException {
    String text = script(target);
    List<String> wrong = differences(target, text, RUNS);
    wrong.addAll(onTarget(target, text, 0, FEW));
    assertEquals("", String.join("\n", wrong));
  }

  @ParameterizedTest
  @MethodSource("targets")
  @Tag("deep")
  void stepsOfATarget_commuteInHundredsOfScripts(String target) throws IOException {
    assertEquals("", String.join("\n", onTarget(target, script(target), FEW, HUNDREDS)));
  }

  static List<String> targets() throws IOException, URISyntaxException {
    Path folder = Path.of(CommutingTest.class.getResource("/targets/thin.dm").toURI()).getParent();
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private static String script(String target) throws IOException {
    try (InputStream in = CommutingTest.class.getResourceAsStream("/targets/" + target)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<String> onTarget(String name, String text, int from, int to) {
    List<String> wrong = new ArrayList<>();
    for (int seed = from; seed < to; seed++) {
      wrong.addAll(differences(name + " " + seed, RandomPlay.on(text, seed), RUNS));
    }
    return wrong;
  }

  private static void check(int from, int to) {
    List<String> wrong = new ArrayList<>();
    for (int seed = from; seed < to; seed++) {
      wrong.addAll(differences("seed" + seed, RandomPlay.script(seed), RUNS));
    }
    assertEquals("", String.join("\n", wrong));
  }

  private static List<String> differences(String name, String text, int runs) {
    Programs.Named program = Programs.script(name, text);
    Commuting c =
        new Commuting(
            program.program(),
            program.program().adapt(program.configuration()).withPositions(false));
    List<String> all = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      String at = name + " run " + run + ": ";
      try {
        c.check(run, ORDERS).ifPresent(d -> all.add(at + d));
      } catch (DmsimFault fault) {
        if (!(fault.getCause() instanceof NotModelledException)) {
          throw new AssertionError(at, fault);
        }
      }
    }
    return all;
  }
}
