package org.dmsim.scenarios.script;

import java.util.ArrayList;
import java.util.List;

/**
 * A script, read and checked.
 *
 * @param name the file or built-in name by which it was asked for
 * @param about the comment lines at its head, without their {@code #}; the first says what it shows
 * @param header the machine
 * @param disks the disks, or none for those of the recorded cases
 * @param phases what is done
 * @param expectations what should come out
 * @param labels the lines that file it: rule, commit, symptom and so on
 */
public record Script(
    String name,
    List<String> about,
    Header header,
    List<DiskSpec> disks,
    List<Phase> phases,
    List<Expectation> expectations,
    List<Label> labels) {

  /**
   * A line that says where a scenario belongs.
   *
   * @param key group, rule, commit, affected, fixed or symptom
   * @param text the rest of the line
   */
  public record Label(String key, String text) {}

  /** Copies the lists. */
  public Script {
    about = List.copyOf(about);
    disks = List.copyOf(disks);
    phases = List.copyOf(phases);
    expectations = List.copyOf(expectations);
    labels = List.copyOf(labels);
  }

  /** The same on another machine. */
  public Script on(Header machine) {
    return new Script(name, about, machine, disks, phases, expectations, labels);
  }

  private static final String SHOWS = "This scenario shows ";

  /** What it shows, the rest of that sentence; empty if it does not say. */
  public String title() {
    String first = about.isEmpty() ? "" : about.getFirst();
    return first.startsWith(SHOWS) ? first.substring(SHOWS.length()) : first;
  }

  /** Every command, {@code bg}'s inner ones left out, in order. */
  public List<Step> steps() {
    List<Step> all = new ArrayList<>();
    for (Phase p : phases) {
      switch (p) {
        case Phase.Sequence s -> all.addAll(s.steps());
        case Phase.Together t -> t.tasks().forEach(b -> all.addAll(b.steps()));
      }
    }
    return all;
  }

  /** The texts of the labels with that key, in order. */
  public List<String> labels(String key) {
    return labels.stream().filter(l -> l.key().equals(key)).map(Label::text).toList();
  }
}
