package org.dmsim.litmus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.dmsim.litmus.lang.LitmusError;
import org.dmsim.litmus.lang.LitmusTest;
import org.dmsim.litmus.lkmm.ModelVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random programs, held against what was computed in another way. */
final class RandomLitmusTest {
  private static final List<String> VARIABLES = List.of("x", "y", "z");

  /** One access of a random program: a write of a value, or a read into a register. */
  private record Access(boolean write, int variable, int value) {
    String text(int register) {
      String name = VARIABLES.get(variable);
      return write
          ? "WRITE_ONCE(*" + name + ", " + value + ");"
          : "int r" + register + " = READ_ONCE(*" + name + ");";
    }
  }

  private static List<List<Access>> program(Random random) {
    List<List<Access>> threads = new ArrayList<>();
    int value = 1;
    for (int t = 0; t < 2 + random.nextInt(2); t++) {
      List<Access> accesses = new ArrayList<>();
      for (int i = 0; i < 2 + random.nextInt(2); i++) {
        accesses.add(new Access(random.nextBoolean(), random.nextInt(3), value++));
      }
      threads.add(accesses);
    }
    return threads;
  }

  private static LitmusTest test(List<List<Access>> threads, List<String> fences)
      throws LitmusError {
    List<String> texts = new ArrayList<>();
    List<String> registers = new ArrayList<>();
    int fence = 0;
    for (int t = 0; t < threads.size(); t++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < threads.get(t).size(); i++) {
        if (i > 0) {
          text.append(fences.get(fence++ % fences.size()));
        }
        text.append(threads.get(t).get(i).text(i)).append('\n');
        if (!threads.get(t).get(i).write()) {
          registers.add(t + ":r" + i + "=0");
        }
      }
      texts.add(text.toString());
    }
    registers.addAll(List.of("x=0", "y=0", "z=0"));
    return Litmus.test(
        String.join("\n--\n", texts), "exists (" + String.join(" /\\ ", registers) + ")");
  }

  /** Every end of every interleaving, by running them all. */
  private static void interleave(
      List<List<Access>> threads, int[] at, int[] memory, String[] read, Set<String> ends) {
    boolean over = true;
    for (int t = 0; t < threads.size(); t++) {
      if (at[t] == threads.get(t).size()) {
        continue;
      }
      over = false;
      Access access = threads.get(t).get(at[t]);
      int before = memory[access.variable];
      if (access.write) {
        memory[access.variable] = access.value;
      } else {
        read[t * 3 + at[t]] = t + ":r" + at[t] + "=" + before + "; ";
      }
      at[t]++;
      interleave(threads, at, memory, read, ends);
      at[t]--;
      memory[access.variable] = before;
    }
    if (over) {
      StringBuilder end = new StringBuilder();
      for (String one : read) {
        end.append(one == null ? "" : one);
      }
      ends.add(end + "x=" + memory[0] + "; y=" + memory[1] + "; z=" + memory[2] + ";");
    }
  }

  private static Set<String> interleaved(List<List<Access>> threads) {
    Set<String> ends = new TreeSet<>();
    interleave(threads, new int[threads.size()], new int[3], new String[9], ends);
    return ends;
  }

  /** Full barriers between all accesses bring back sequential consistency, no more and no less. */
  @ParameterizedTest
  @ValueSource(strings = {"smp_mb();", "synchronize_rcu();"})
  void fullBarriersEverywhere_giveTheInterleavings(String fence) throws LitmusError {
    for (int seed = 0; seed < 150; seed++) {
      List<List<Access>> threads = program(new Random(seed));
      assertEquals(
          interleaved(threads),
          new TreeSet<>(Litmus.states(test(threads, List.of(fence)))),
          "seed " + seed);
    }
  }

  /** Whatever interleavings give is allowed, with whatever fences. */
  @Test
  void interleavings_areAllowedUnderAnyFences() throws LitmusError {
    List<String> fences =
        List.of("", "smp_mb();", "smp_wmb();", "smp_rmb();", "barrier();", "synchronize_rcu();");
    for (int seed = 0; seed < 150; seed++) {
      Random random = new Random(seed);
      List<List<Access>> threads = program(random);
      List<String> some = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        some.add(fences.get(random.nextInt(fences.size())));
      }
      Set<String> allowed = new TreeSet<>(Litmus.states(test(threads, some)));
      assertTrue(allowed.containsAll(interleaved(threads)), "seed " + seed);
    }
  }

  /** The search that goes for the answer says what the search through everything says. */
  @Test
  void goingForTheAnswer_saysWhatCountingSays() throws LitmusError {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      List<List<Access>> threads = program(random);
      LitmusTest all = test(threads, List.of("", "smp_wmb();", "smp_rmb();"));
      List<String> states = Litmus.states(all);
      String state = states.get(random.nextInt(states.size())).replace(";", " /\\").strip();
      String asked = state.substring(0, state.length() - 3);
      if (random.nextBoolean()) {
        asked = asked.replaceFirst("=0", "=" + (1 + random.nextInt(4)));
      }
      LitmusTest one = again(threads, asked);
      LitmusJudge judge = new LitmusJudge(ModelVersion.NEWEST);
      assertEquals(
          judge.count(one).observation(), judge.judge(one).observation(), seed + ": " + asked);
    }
  }

  private static LitmusTest again(List<List<Access>> threads, String asked) throws LitmusError {
    List<String> texts = new ArrayList<>();
    int fence = 0;
    List<String> fences = List.of("", "smp_wmb();", "smp_rmb();");
    for (List<Access> thread : threads) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < thread.size(); i++) {
        text.append(i > 0 ? fences.get(fence++ % 3) : "").append(thread.get(i).text(i));
      }
      texts.add(text.toString());
    }
    return Litmus.test(String.join("\n--\n", texts), "exists (" + asked + ")");
  }
}
