package org.dmsim.litmus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.dmsim.litmus.event.Event;
import org.dmsim.litmus.event.Way;
import org.dmsim.litmus.event.Ways;
import org.dmsim.litmus.lang.Condition;
import org.dmsim.litmus.lang.LitmusTest;
import org.dmsim.litmus.lkmm.Candidate;
import org.dmsim.litmus.lkmm.Judgement;
import org.dmsim.litmus.lkmm.ModelVersion;
import org.dmsim.litmus.lkmm.Skeleton;

/**
 * Looks for executions that the model allows and that end as wanted: a way for each thread, then
 * {@link Edges} for these ways. What cannot end as wanted, or what is forbidden already, is left at
 * once.
 */
final class Search {
  private final LitmusTest test;
  private final Ways ways;
  private final ModelVersion version;
  private final Condition wanted;
  private final Visitor visitor;
  private final Way[] chosen;
  private Consumer<Candidate> forbidden = candidate -> {};
  private boolean crashing;
  private long candidates;

  /** Is shown every execution that is found. */
  interface Visitor {
    /** Whether to go on. */
    boolean allowed(List<Way> ways, Truth.State end, Judgement judgement);
  }

  Search(LitmusTest test, Ways ways, ModelVersion version, Condition wanted, Visitor visitor) {
    this.test = test;
    this.ways = ways;
    this.version = version;
    this.wanted = wanted;
    this.visitor = visitor;
    chosen = new Way[test.threads().size()];
  }

  /** Has what the model forbids shown to somebody as well. */
  Search onForbidden(Consumer<Candidate> listener) {
    forbidden = listener;
    return this;
  }

  /**
   * Looks for executions in which some thread follows what is no address, instead of the others.
   */
  Search ofCrashes() {
    crashing = true;
    return this;
  }

  /** Runs the search; how many candidate executions were judged. */
  long run() {
    thread(0);
    return candidates;
  }

  private boolean thread(int number) {
    if (number == chosen.length) {
      return crashing && !crashes() || edges();
    }
    return follow(number, ways.ofThread(number))
        && (!crashing || follow(number, ways.wildOfThread(number)));
  }

  private boolean crashes() {
    return Arrays.stream(chosen).anyMatch(way -> way.wild() != null);
  }

  private boolean follow(int number, List<Way> ofThread) {
    for (Way way : ofThread) {
      chosen[number] = way;
      if (Truth.of(wanted, this::register) != Truth.NO && fed(number) && !thread(number + 1)) {
        return false;
      }
    }
    chosen[number] = null;
    return true;
  }

  private Long register(Condition.Term term) {
    return switch (term) {
      case Condition.Term.Value value -> value.value();
      case Condition.Term.Final variable -> null;
      case Condition.Term.Register register ->
          chosen[register.thread()] == null
              ? null
              : (Long) chosen[register.thread()].register(register.name());
    };
  }

  /** Whether every value read so far is one that the reader can see of somebody. */
  private boolean fed(int last) {
    for (int thread = 0; thread <= last; thread++) {
      Way way = chosen[thread];
      for (Event event : way.events()) {
        if (event.reads()
            && !event.mark().ofLock()
            && !own(way, event)
            && !foreign(event, last, thread)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether a read gets what its thread last wrote, or else the value at the start. */
  private boolean own(Way way, Event read) {
    long value = test.initial().get(read.location());
    for (Event event : way.events().subList(0, read.index())) {
      if (event.writes() && event.location() == read.location()) {
        value = event.value();
      }
    }
    return value == read.value();
  }

  private boolean foreign(Event read, int last, int reader) {
    for (int thread = 0; thread < chosen.length; thread++) {
      if (thread == reader) {
        continue;
      }
      if (thread <= last) {
        if (writes(chosen[thread], read)) {
          return true;
        }
      } else if (ways.writes(thread, read.location(), read.value())) {
        return true;
      }
    }
    return false;
  }

  private static boolean writes(Way way, Event read) {
    for (Event event : way.events()) {
      if (event.writes() && event.location() == read.location() && event.value() == read.value()) {
        return true;
      }
    }
    return false;
  }

  private boolean edges() {
    List<Way> whole = new ArrayList<>(Arrays.asList(chosen));
    Skeleton skeleton = new Skeleton(whole, version);
    Edges edges =
        new Edges(
            test,
            skeleton,
            (source, order, last) -> last == null || Truth.of(wanted, end(last)) != Truth.NO,
            (candidate, last) -> {
              candidates++;
              Judgement judgement = Judgement.of(candidate);
              if (judgement == null) {
                forbidden.accept(candidate);
                return Edges.Next.FORBIDDEN;
              }
              if (last == null) {
                return Edges.Next.GO_ON;
              }
              Truth.State end = end(last);
              return Truth.of(wanted, end) != Truth.YES || visitor.allowed(whole, end, judgement)
                  ? Edges.Next.GO_ON
                  : Edges.Next.STOP;
            });
    return edges.run();
  }

  /** The state at the end, as far as the last writes are known. */
  private Truth.State end(Long[] last) {
    return term ->
        term instanceof Condition.Term.Final variable ? last[variable.location()] : register(term);
  }
}
