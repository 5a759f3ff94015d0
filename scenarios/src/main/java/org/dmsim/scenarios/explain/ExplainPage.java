package org.dmsim.scenarios.explain;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.dmsim.scenarios.museum.Museum;

/** {@code scenarios/EXPLAIN.md}: logs of five kinds with their explanations, made by a run. */
public final class ExplainPage {

  private record Sample(String file, String title, String words) {}

  private static final List<Sample> SAMPLES =
      List.of(
          new Sample(
              "sleeping",
              "Sleeping where it is forbidden",
              "The headline names a line of a header, and the trace has twenty functions. The one"
                  + " that matters is the first that is nobody's helper; who opened the section"
                  + " that forbids sleeping is in the list of locks."),
          new Sample(
              "circle",
              "Locks in a circle",
              "Lockdep has seen both orders, though nobody hangs yet."),
          new Sample(
              "freed",
              "Memory used after it was freed",
              "Who reads it, who freed it and who allocated it are three different stacks."),
          new Sample(
              "hung",
              "A task that hangs",
              "What it waits for is in its stack, who holds that in the list of all locks: a task"
                  + " that is not reported itself."),
          new Sample(
              "switch",
              "Going to sleep in an RCU read section",
              "The kernel says what is wrong; the answer says who did it."));

  private ExplainPage() {}

  /** The whole page. */
  public static String markdown() {
    StringBuilder b = new StringBuilder();
    b.append(
        """
        # What `dmsim explain` reads in a log

        `dmsim explain FILE` reads what a real kernel printed, in whatever form it was kept:
        `dmesg | dmsim explain -` will do. The first line of each answer says who did what is
        forbidden, called by whom, under what, opened by whom. `dmsim explain --help` names the
        kinds and the formats. This page is written by `dmsim explain --markdown`, and compared by
        the build.
        """);
    for (Sample s : SAMPLES) {
      String log = log(s.file());
      b.append("\n## ").append(s.title()).append("\n\n").append(s.words()).append("\n\n```\n");
      b.append(clean(log)).append("```\n\n```\n");
      for (String line : explained(log)) {
        b.append(line).append('\n');
      }
      b.append("```\n");
    }
    return b.toString();
  }

  /** A console's own marks stay out of the page. */
  private static String clean(String log) {
    return log.lines().map(l -> l.stripTrailing() + "\n").reduce("", String::concat);
  }

  private static List<String> explained(String log) {
    try {
      Explanation e =
          Explainer.explain(new java.io.ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)));
      return TextAnswer.of(
          e, n -> "dmsim " + (Museum.find(n).isPresent() ? "explore " : "run ") + n);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String log(String name) {
    try (InputStream in =
        Objects.requireNonNull(
            ExplainPage.class.getResourceAsStream("samples/" + name + ".log"), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
