package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.dmsim.scenarios.door.Blktests;
import org.dmsim.scenarios.door.LvmSuite;
import org.dmsim.scenarios.door.OwnProcess;
import org.dmsim.scenarios.door.Suite;
import org.dmsim.scenarios.door.SuiteList;
import org.dmsim.scenarios.door.SuiteRun;
import org.dmsim.scenarios.script.Similar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim suite}: test suites that others wrote for Linux, against the simulated kernel. */
@Command(
    name = "suite",
    header = "Runs a test suite that others wrote for Linux against the simulated kernel.",
    mixinStandardHelpOptions = true,
    description = {
      "Runs LVM2's own test suite, or blktests' tests of device mapper, script by script, each",
      "behind a door of its own (see 'dmsim with --help'), and holds what comes of it against the",
      "list of what is known. Without scripts, those that are known to pass."
    },
    footer = {
      "",
      "  apt-get source lvm2           then   dmsim suite lvm2 lvm2-2.03.16",
      "  git clone https://github.com/linux-blktests/blktests",
      "                                then   dmsim suite blktests blktests",
      "",
      "Ends with 'N passed, M failed'; status 1 if a script is not as the list says."
    })
final class SuiteCommand implements Callable<Integer> {

  private static final List<String> SUITES = List.of("lvm2", "blktests");

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "lvm2|blktests", description = "Which suite.")
  private String which;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "Its sources, unpacked; they are copied and not changed.")
  private Path source;

  @Parameters(
      index = "2..*",
      arity = "0..*",
      paramLabel = "SCRIPT",
      description = "Scripts by name, such as lvcreate-mirror or dm/001.")
  private List<String> scripts = List.of();

  @Option(names = "--list", description = "Print what is known of each script, and why; run none.")
  private boolean list;

  @Option(names = "--all", description = "Run every script of the suite.")
  private boolean all;

  @Option(
      names = "--logs",
      paramLabel = "FOLDER",
      description =
          "Keep what each script prints; else only that of the ones that are not as known.")
  private Path logs;

  @Option(
      names = "--time-limit",
      paramLabel = "SECONDS",
      description = "End a script that takes longer (${DEFAULT-VALUE}).",
      defaultValue = "300")
  private long seconds;

  @Option(names = "--kernel", paramLabel = "VERSION", description = "The simulated kernel.")
  private String kernel;

  @Option(names = "--allow-root", description = "Run although this is root; see dmsim with.")
  private boolean allowRoot;

  @Override
  public Integer call() throws InterruptedException {
    if (!SUITES.contains(which)) {
      throw new UsageError(
          "no suite '" + which + "'" + Similar.hint(which, SUITES, "; suites: lvm2, blktests"));
    }
    SuiteList known = SuiteList.load(which);
    if (list) {
      print(known);
      return 0;
    }
    if (source == null) {
      throw new UsageError("suite needs the folder of its sources; see: dmsim suite --help");
    }
    WithCommand.requireUser(allowRoot);
    Path scratch = null;
    try {
      scratch = Files.createTempDirectory("dmsim-suite");
      return run(known, scratch);
    } catch (IOException e) {
      throw new UsageError(e.getMessage());
    } finally {
      delete(scratch);
    }
  }

  private int run(SuiteList known, Path scratch) throws IOException, InterruptedException {
    Suite suite =
        which.equals("lvm2") ? new LvmSuite(source, scratch) : new Blktests(source, scratch);
    PrintWriter out = spec.commandLine().getOut();
    Path kept = logs == null ? scratch : Files.createDirectories(logs);
    SuiteRun run = new SuiteRun(suite, dmsim(), scratch.resolve("machine.dm"), kept, seconds);
    int passed = 0;
    int asKnown = 0;
    int failed = 0;
    for (String script : chosen(suite, known)) {
      SuiteRun.Result r = run.run(script);
      if (r.last().startsWith(WithCommand.CLOSED_DOOR)) {
        spec.commandLine().getErr().println(r.last());
        return WithCommand.CLOSED;
      }
      SuiteList.Known k = known.of(script);
      Suite.End expected = k == null ? Suite.End.PASS : k.outcome();
      String word = r.outcome().name().toLowerCase(Locale.ROOT);
      String time = String.format(Locale.ROOT, "%6.1f s", r.milliseconds() / 1000.0);
      boolean pass = r.outcome() == Suite.End.PASS;
      if (pass) {
        passed++;
        String better = expected == Suite.End.PASS ? "" : "  (the list says " + k.why() + ")";
        out.println(word + time + "  " + script + better);
      } else if (r.outcome() == expected) {
        asKnown++;
        out.println(word + time + "  " + script + "  " + k.why());
      } else {
        failed++;
        Path log = run.log(script);
        if (logs == null) {
          Path copy = Files.createTempFile("dmsim-" + script.replace('/', '-') + "-", ".log");
          log = Files.copy(log, copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        out.println(word + time + "  " + script + "  " + r.last() + "; all of it: " + log);
      }
      out.flush();
    }
    String rest = asKnown == 0 ? "" : ", " + asKnown + " not passed as listed";
    out.println(passed + " passed, " + failed + " failed" + rest);
    return failed == 0 ? 0 : Verdict.VIOLATION.status();
  }

  private List<String> chosen(Suite suite, SuiteList known) {
    for (String s : scripts) {
      if (!suite.scripts().contains(s)) {
        throw new UsageError("no script '" + s + "'" + Similar.hint(s, suite.scripts(), ""));
      }
    }
    return !scripts.isEmpty()
        ? scripts
        : all
            ? suite.scripts()
            : suite.scripts().stream().filter(s -> known.with(Suite.End.PASS).contains(s)).toList();
  }

  private void print(SuiteList known) {
    PrintWriter out = spec.commandLine().getOut();
    for (Suite.End o : Suite.End.values()) {
      for (String script : known.with(o)) {
        String line =
            o.name().toLowerCase(Locale.ROOT) + "  " + script + "  " + known.of(script).why();
        out.println(line.strip());
      }
    }
    out.println(known.with(Suite.End.PASS).size() + " are known to pass");
  }

  /** The words that start {@code dmsim with} as this dmsim was started. */
  private List<String> dmsim() {
    List<String> words = new ArrayList<>(OwnProcess.words("with", "--fds=high"));
    if (kernel != null) {
      words.addAll(List.of("--kernel", kernel));
    }
    if (allowRoot) {
      words.add("--allow-root");
    }
    return words;
  }

  private static void delete(Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      return; // a script's leftovers; the folder is a temporary one
    }
  }
}
