package org.dmsim.litmus;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dmsim.litmus.event.OneAfterTheOther;
import org.dmsim.litmus.event.Way;
import org.dmsim.litmus.event.Ways;
import org.dmsim.litmus.event.WildAccess;
import org.dmsim.litmus.lang.Condition;
import org.dmsim.litmus.lang.LitmusError;
import org.dmsim.litmus.lang.LitmusTest;
import org.dmsim.litmus.lkmm.Flag;
import org.dmsim.litmus.lkmm.ModelVersion;

/** Judges litmus tests under the Linux-kernel memory model. */
public final class LitmusJudge {
  private final ModelVersion version;

  /** A judge by the model of some kernel. */
  public LitmusJudge(ModelVersion version) {
    this.version = version;
  }

  /**
   * Whether the end that a test asks for is reached never, sometimes or always.
   *
   * <p>One execution of each kind is enough for that, so no more are looked for; a test without
   * plain accesses cannot race, so its executions are not looked at for races.
   *
   * @throws LitmusError if the test does what is not judged
   */
  public Verdict judge(LitmusTest test) throws LitmusError {
    Ways ways = ways(test);
    Set<Flag> flags = EnumSet.noneOf(Flag.class);
    boolean[] seen = new boolean[2];
    long candidates = 0;
    // What is wrong in some execution only, and not in the ways alone, has to be looked for.
    boolean lookAtAll = ways.plain() || Suspicious.flags(test, ways);
    if (!lookAtAll && !Suspicious.waitsForItself(test, ways)) {
      inTurn(test, seen);
    }
    if (lookAtAll) {
      Search search =
          new Search(
              test,
              ways,
              version,
              test.filter(),
              (chosen, end, judgement) -> {
                seen[Truth.of(test.condition(), end) == Truth.YES ? 1 : 0] = true;
                flags.addAll(judgement.flags());
                return true; // any other may be warned of something else
              });
      candidates += search.run();
    } else {
      for (boolean wanted : new boolean[] {true, false}) {
        if (seen[wanted ? 1 : 0]) {
          continue;
        }
        Condition condition = wanted ? test.condition() : new Condition.Not(test.condition());
        Search search =
            new Search(
                test,
                ways,
                version,
                new Condition.And(List.of(test.filter(), condition)),
                (chosen, end, judgement) -> {
                  seen[wanted ? 1 : 0] = true;
                  return false;
                });
        candidates += search.run();
      }
    }
    return new Verdict(
        test,
        Verdict.Observation.of(seen[1], seen[0]),
        flags,
        null,
        ways.cut(),
        crash(test, ways),
        candidates);
  }

  /** A crash of some execution that the model allows, or null. */
  private WildAccess crash(LitmusTest test, Ways ways) {
    boolean possible = false;
    for (int thread = 0; thread < test.threads().size(); thread++) {
      possible |= !ways.wildOfThread(thread).isEmpty();
    }
    WildAccess[] found = new WildAccess[1];
    if (possible) {
      new Search(
              test,
              ways,
              version,
              new Condition.True(),
              (chosen, end, judgement) -> {
                found[0] =
                    chosen.stream()
                        .map(Way::wild)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElseThrow();
                return false;
              })
          .ofCrashes()
          .run();
    }
    return found[0];
  }

  /**
   * All executions that the model allows, counted, with the states at their ends.
   *
   * @throws LitmusError if the test does what is not judged
   */
  public Verdict count(LitmusTest test) throws LitmusError {
    Ways ways = ways(test);
    Set<Flag> flags = EnumSet.noneOf(Flag.class);
    long[] seen = new long[2];
    List<Condition.Term> terms = terms(test);
    Map<List<Long>, String> states =
        new TreeMap<>(
            (left, right) -> {
              for (int i = 0; i < left.size(); i++) {
                int sign = Long.compare(left.get(i), right.get(i));
                if (sign != 0) {
                  return sign;
                }
              }
              return 0;
            });
    Search search =
        new Search(
            test,
            ways,
            version,
            test.filter(),
            (chosen, end, judgement) -> {
              seen[Truth.of(test.condition(), end) == Truth.YES ? 1 : 0]++;
              flags.addAll(judgement.flags());
              List<Long> values = terms.stream().map(end::value).toList();
              states.computeIfAbsent(values, v -> shown(test, terms, v));
              return true;
            });
    long candidates = search.run();
    return new Verdict(
        test,
        Verdict.Observation.of(seen[1] > 0, seen[0] > 0),
        flags,
        new Verdict.Counts(seen[1], seen[0], List.copyOf(states.values())),
        ways.cut(),
        crash(test, ways),
        candidates);
  }

  private Ways ways(LitmusTest test) throws LitmusError {
    for (Map.Entry<String, Integer> called : test.primitives().entrySet()) {
      if (!version.knows(called.getKey())) {
        throw new LitmusError(
            called.getValue(),
            1,
            called.getKey() + "() is not in the model of " + version.name() + ": use --lkmm 6.12");
      }
    }
    return Ways.of(test);
  }

  private static String shown(LitmusTest test, List<Condition.Term> terms, List<Long> values) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < terms.size(); i++) {
      text.append(text.isEmpty() ? "" : " ")
          .append(test.shown(terms.get(i)))
          .append('=')
          .append(test.shown(values.get(i)))
          .append(';');
    }
    return text.toString();
  }

  /** What a state shows: the terms of the condition and of "locations", registers first. */
  private static List<Condition.Term> terms(LitmusTest test) {
    Set<Condition.Term> found = new LinkedHashSet<>(test.shown());
    collect(test.condition(), found);
    collect(test.filter(), found);
    TreeSet<Condition.Term> sorted =
        new TreeSet<>(
            (left, right) -> {
              boolean leftRegister = left instanceof Condition.Term.Register;
              boolean rightRegister = right instanceof Condition.Term.Register;
              return leftRegister != rightRegister
                  ? (leftRegister ? -1 : 1)
                  : test.shown(left).compareTo(test.shown(right));
            });
    for (Condition.Term term : found) {
      if (!(term instanceof Condition.Term.Value)) {
        sorted.add(term);
      }
    }
    return List.copyOf(sorted);
  }

  private static void collect(Condition condition, Set<Condition.Term> into) {
    switch (condition) {
      case Condition.True always -> {}
      case Condition.Not not -> collect(not.operand(), into);
      case Condition.And and -> and.operands().forEach(operand -> collect(operand, into));
      case Condition.Or or -> or.operands().forEach(operand -> collect(operand, into));
      case Condition.Atom atom -> {
        into.add(atom.left());
        into.add(atom.right());
      }
    }
  }

  /** Runs the threads one after the other, forwards and backwards. */
  private static void inTurn(LitmusTest test, boolean[] seen) throws LitmusError {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < test.threads().size(); i++) {
      order.add(i);
    }
    for (int turn = 0; turn < 2; turn++) {
      Optional<OneAfterTheOther.End> end = OneAfterTheOther.run(test, List.copyOf(order));
      if (end.isPresent()) {
        Truth.State state = state(end.get());
        if (Truth.of(test.filter(), state) == Truth.YES) {
          seen[Truth.of(test.condition(), state) == Truth.YES ? 1 : 0] = true;
        }
      }
      Collections.reverse(order);
    }
  }

  private static Truth.State state(OneAfterTheOther.End end) {
    return term ->
        switch (term) {
          case Condition.Term.Value value -> value.value();
          case Condition.Term.Final variable -> end.values().get(variable.location());
          case Condition.Term.Register register ->
              end.ways().get(register.thread()).register(register.name());
        };
  }
}
