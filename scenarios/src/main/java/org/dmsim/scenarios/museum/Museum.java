package org.dmsim.scenarios.museum;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.dmsim.scenarios.corpus.Catalogue;
import org.dmsim.scenarios.script.ScriptParser;

/** All exhibits, in the order of the rules that they break. */
public final class Museum {

  private static final List<Exhibit> PROGRAMS =
      List.of(
          new SuspendedTestOutside(),
          new BracketDecidedTwice(),
          new ForgottenPut(),
          new DoubledPut(),
          new RequeuedForEver(),
          new FirstResumeAgainstMount(),
          new RequeueOfTheWhole(),
          new PostsuspendTwice(),
          new DepsAgainstMessage(),
          new GetFromKobject(),
          new DelayedAfterTheFlush(),
          new FreezeAndUnfreeze(),
          new ReserveBehindOneself(),
          new NestedBiosInOrder(),
          new CowThrottle());

  private Museum() {}

  /** Every exhibit. */
  public static List<Exhibit> exhibits() {
    List<Exhibit> all = new ArrayList<>();
    Catalogue.names().forEach(n -> script(n).ifPresent(all::add));
    all.addAll(PROGRAMS);
    all.sort(Comparator.comparing(e -> e.plaque().rule()));
    return all;
  }

  /** The exhibit with a name. */
  public static Optional<Exhibit> find(String name) {
    return PROGRAMS.stream()
        .filter(e -> e.plaque().name().equals(name))
        .findFirst()
        .or(() -> script(name));
  }

  private static Optional<Exhibit> script(String name) {
    return Catalogue.text(name)
        .map(text -> ScriptParser.parse(name, text))
        .filter(ScriptExhibit::isOne)
        .map(ScriptExhibit::of);
  }
}
