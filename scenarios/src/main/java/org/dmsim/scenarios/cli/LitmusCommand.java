package org.dmsim.scenarios.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmsim.litmus.Explanation;
import org.dmsim.litmus.LitmusJudge;
import org.dmsim.litmus.lang.LitmusError;
import org.dmsim.litmus.lang.LitmusParser;
import org.dmsim.litmus.lang.LitmusTest;
import org.dmsim.litmus.lkmm.ModelVersion;
import org.dmsim.scenarios.litmus.HerdText;
import org.dmsim.scenarios.litmus.LitmusFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim litmus}: what the Linux-kernel memory model says of litmus tests. */
@Command(
    name = "litmus",
    header = "Judges litmus tests in C under the Linux-kernel memory model, as herd7 does.",
    mixinStandardHelpOptions = true,
    description = {
      "Judges litmus tests in C under the Linux-kernel memory model, as herd7 does: whether the end"
          + " that a test asks for is reached Never, Sometimes or Always, and what the model warns"
          + " of (data-race, unmatched-rcu-lock and others).",
      "Where data-race is flagged, the observation means little.",
      "Loops are an extension: they are followed for four rounds. Arrays, members of structures and"
          + " ?: are not read."
    },
    footer = {
      "",
      "Status: 0 all tests were judged; 2 one could not be read or judged (FILE:LINE:COLUMN says"
          + " where, the others are judged all the same)."
    })
final class LitmusCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE|DIR",
      arity = "1..*",
      description = "Litmus tests; all *.litmus below a folder; - for standard input.")
  private List<String> named;

  @Option(
      names = "--all",
      description = "Find every execution: states and counts, as herd7 prints.")
  private boolean all;

  @Option(
      names = "--explain",
      description =
          "Say why: the circle that forbids the end asked for, or an execution that reaches it.")
  private boolean explain;

  @Option(
      names = "--lkmm",
      paramLabel = "KERNEL",
      defaultValue = "newest",
      description = "The model of a kernel: 6.1, 6.12 or newest (default).")
  private String lkmm;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    ModelVersion version = ModelVersion.byName(lkmm);
    if (version == null) {
      throw new UsageError("--lkmm " + lkmm + ": the models are 6.1, 6.12 and newest");
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    LitmusJudge judge = new LitmusJudge(version);
    JsonArray verdicts = new JsonArray();
    int judged = 0;
    int refused = 0;
    for (Path file : find()) {
      LitmusFiles.Source source = read(file);
      try {
        LitmusTest test = LitmusParser.parse(source.text());
        org.dmsim.litmus.Verdict verdict = all ? judge.count(test) : judge.judge(test);
        judged++;
        if (json) {
          JsonObject one = asJson(source, verdict);
          if (explain) {
            JsonArray lines = new JsonArray();
            Explanation.of(test, version).lines().forEach(lines::add);
            one.add("explanation", lines);
          }
          verdicts.add(one);
        } else {
          HerdText.lines(verdict).forEach(out::println);
          if (explain) {
            Explanation.of(test, version).lines().forEach(out::println);
          }
          out.println();
        }
      } catch (LitmusError e) {
        refused++;
        String place = e.line() == 0 ? "" : ":" + e.line() + ":" + e.column();
        err.println("dmsim: " + source.name() + place + ": " + e.getMessage());
      }
    }
    if (json) {
      out.println(verdicts);
    } else {
      out.println(
          judged + " judged, " + refused + " not judged, by the model of Linux " + version.name());
    }
    return refused == 0 ? 0 : 2;
  }

  private List<Path> find() {
    try {
      List<Path> files = LitmusFiles.find(named);
      if (files.isEmpty()) {
        throw new UsageError("no *.litmus below " + String.join(", ", named));
      }
      return files;
    } catch (IOException e) {
      throw new UsageError("cannot read " + e.getMessage());
    }
  }

  private static LitmusFiles.Source read(Path file) {
    try {
      return LitmusFiles.read(file);
    } catch (NoSuchFileException e) {
      throw new UsageError("no file '" + file + "'; litmus reads C litmus tests");
    } catch (IOException e) {
      throw new UsageError("cannot read " + file + ": " + e.getMessage());
    }
  }

  private static JsonObject asJson(LitmusFiles.Source source, org.dmsim.litmus.Verdict verdict) {
    JsonObject one = new JsonObject();
    one.addProperty("file", source.name());
    one.addProperty("test", verdict.test().name());
    one.addProperty("observation", verdict.observation().text());
    JsonArray flags = new JsonArray();
    verdict.flags().forEach(flag -> flags.add(flag.text()));
    one.add("flags", flags);
    if (verdict.counts() != null) {
      one.addProperty("positive", verdict.counts().positive());
      one.addProperty("negative", verdict.counts().negative());
      JsonArray states = new JsonArray();
      verdict.counts().states().forEach(states::add);
      one.add("states", states);
    }
    one.addProperty("cut", verdict.cut());
    if (verdict.wild() != null) {
      JsonObject wild = new JsonObject();
      wild.addProperty("thread", verdict.wild().thread());
      wild.addProperty("line", verdict.wild().line());
      wild.addProperty("value", verdict.test().shown(verdict.wild().value()));
      one.add("wild_access", wild);
    }
    return one;
  }
}
