package org.dmsim.scenarios.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.dmsim.scenarios.kernels.PolicyCatalogue;
import org.dmsim.version.Change;
import org.dmsim.version.Fact;
import org.dmsim.version.KernelVersion;
import org.dmsim.version.Part;
import org.dmsim.version.Policy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim kernels}: what differs between kernels, each by its commit. */
@Command(
    name = "kernels",
    mixinStandardHelpOptions = true,
    description =
        "Lists what changed in which kernel; of one kernel, what it does; of two, what differs.")
final class KernelsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..2",
      paramLabel = "VERSION",
      description = "A kernel, such as 6.6-rc1 or 6.1.192; or two.")
  private List<String> versions = new ArrayList<>();

  @Option(names = "--json", description = "Print JSON, an object a policy.")
  private boolean json;

  @Override
  public Integer call() {
    List<KernelVersion> asked = versions.stream().map(KernelsCommand::parse).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonArray all = new JsonArray();
      select(asked).forEach(p -> all.add(asJson(p, asked)));
      out.println(all);
    } else {
      switch (asked.size()) {
        case 0 -> history(out);
        case 1 -> one(out, asked.getFirst());
        default -> two(out, asked.getFirst(), asked.getLast());
      }
    }
    return 0;
  }

  private static KernelVersion parse(String text) {
    try {
      return KernelVersion.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageError(e.getMessage());
    }
  }

  private static List<Policy> select(List<KernelVersion> asked) {
    return switch (asked.size()) {
      case 0 -> PolicyCatalogue.all();
      case 1 ->
          PolicyCatalogue.all().stream().filter(p -> p.fact().isIn(asked.getFirst())).toList();
      default -> PolicyCatalogue.between(asked.getFirst(), asked.getLast());
    };
  }

  /** One end of a policy: that it begins or ends with a change. */
  private record End(Policy policy, boolean begins) {
    Change change() {
      return begins ? policy.fact().since() : policy.fact().until();
    }
  }

  private static void history(PrintWriter out) {
    List<KernelVersion> releases = KernelVersion.releases();
    out.println("known: " + known(releases));
    out.println("held to recorded answers: " + held(releases) + "; the others rest on commits");
    TreeMap<KernelVersion, List<End>> ends = new TreeMap<>();
    for (Policy p : PolicyCatalogue.all()) {
      add(ends, new End(p, true));
      add(ends, new End(p, false));
    }
    ends.forEach(
        (version, here) -> {
          out.println();
          out.println(version);
          here.forEach(e -> print(out, e));
        });
  }

  private static void add(TreeMap<KernelVersion, List<End>> ends, End end) {
    if (end.change() != null) {
      ends.computeIfAbsent(end.change().since(), v -> new ArrayList<>()).add(end);
    }
  }

  private static String known(List<KernelVersion> releases) {
    List<KernelVersion> mainline = releases.stream().filter(v -> v.stable() == 0).toList();
    return "every mainline release from "
        + mainline.getFirst()
        + " to "
        + mainline.getLast()
        + " with its candidates, and "
        + releases.stream()
            .filter(v -> v.stable() != 0)
            .map(KernelVersion::toString)
            .collect(Collectors.joining(" and "));
  }

  private static String held(List<KernelVersion> releases) {
    return releases.stream()
        .filter(KernelVersion::isHeld)
        .map(KernelVersion::toString)
        .collect(Collectors.joining(", "));
  }

  private static void print(PrintWriter out, End e) {
    Fact fact = e.policy().fact();
    out.println(
        (e.begins() ? "  + " : "  - ") + fact.part() + ": " + fact.sentence() + mark(e.policy()));
    print(out, e.change());
  }

  private static void print(PrintWriter out, Change c) {
    String doubt = c.confirmed() ? "" : " (unconfirmed: inferred, not read off a tag)";
    out.println("    " + c.commit() + " \"" + c.subject() + "\", " + c.versions() + doubt);
  }

  private static String mark(Policy p) {
    return "  [" + p.id() + "]";
  }

  private static void one(PrintWriter out, KernelVersion v) {
    Part part = null;
    int n = 0;
    for (Policy p : select(List.of(v))) {
      if (p.fact().part() != part) {
        part = p.fact().part();
        out.println(part);
      }
      out.println("  " + p.fact().sentence() + mark(p));
      if (p.fact().since() != null) {
        print(out, p.fact().since());
      } else {
        out.println("    until " + p.fact().until().commit() + ", " + p.fact().until().versions());
      }
      n++;
    }
    out.println(n + " policies of " + PolicyCatalogue.all().size() + "; " + basis(v));
  }

  private static void two(PrintWriter out, KernelVersion a, KernelVersion b) {
    List<Policy> changed = select(List.of(a, b));
    Part part = null;
    for (Policy p : changed) {
      if (p.fact().part() != part) {
        part = p.fact().part();
        out.println(part);
      }
      boolean begins = p.fact().isIn(b);
      out.println((begins ? "  + " : "  - ") + p.fact().sentence() + mark(p));
      print(out, reason(p.fact(), begins == newer(a, b)));
    }
    out.println(
        changed.size()
            + (changed.size() == 1 ? " difference; " : " differences; ")
            + basis(a)
            + (a.equals(b) ? "" : ", " + basis(b)));
  }

  private static boolean newer(KernelVersion a, KernelVersion b) {
    return Comparator.<KernelVersion>naturalOrder().compare(a, b) <= 0;
  }

  /** The commit behind a difference: the one that brought it where it appears, else its end. */
  private static Change reason(Fact fact, boolean appears) {
    if (fact.since() == null) {
      return fact.until();
    }
    return appears || fact.until() == null ? fact.since() : fact.until();
  }

  private static String basis(KernelVersion v) {
    return v + (v.isHeld() ? " is held to recorded answers" : " rests on commits");
  }

  private static JsonObject asJson(Policy p, List<KernelVersion> asked) {
    JsonObject o = new JsonObject();
    o.addProperty("policy", p.id());
    o.addProperty("part", p.fact().part().toString());
    o.addProperty("sentence", p.fact().sentence());
    o.add("since", asJson(p.fact().since()));
    o.add("until", asJson(p.fact().until()));
    JsonObject in = new JsonObject();
    asked.forEach(v -> in.addProperty(v.toString(), p.fact().isIn(v)));
    if (!asked.isEmpty()) {
      o.add("in", in);
    }
    return o;
  }

  private static JsonObject asJson(Change c) {
    if (c == null) {
      return null;
    }
    JsonObject o = new JsonObject();
    o.addProperty("commit", c.commit());
    o.addProperty("subject", c.subject());
    o.addProperty("mainline", c.since().toString());
    o.addProperty("confirmed", c.confirmed());
    o.add("stable", RunJson.strings(c.backports().stream().map(Object::toString).toList()));
    return o;
  }
}
