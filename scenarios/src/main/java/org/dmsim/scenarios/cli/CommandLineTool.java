package org.dmsim.scenarios.cli;

import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.dmsim.machine.BlockedOutside;
import org.dmsim.machine.ImpossibleMachineException;
import org.dmsim.report.DmsimFault;
import org.dmsim.scenarios.door.CallTable;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.scenarios.script.Similar;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Finds the command that is meant, runs it, and turns what it throws into one line and a status.
 *
 * <p>A finding is neither: commands print it and return {@link Verdict#VIOLATION}'s status.
 */
public final class CommandLineTool {

  static final int WRONG = 2;

  private final PrintWriter out;
  private final PrintWriter err;
  private String[] arguments = {};

  /** Answers go to {@code out}; one line about a wrong command or file goes to {@code err}. */
  public CommandLineTool(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  /** What stands above the commands. */
  @Command(
      name = "dmsim",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      synopsisSubcommandLabel = "COMMAND",
      description = "Linux device-mapper, block layer and RCU/SRCU on one deterministic machine.",
      footer = {
        "",
        "The last line begins with one word: CLEAN (one run, nothing found), EXHAUSTED (every",
        "schedule, nothing found), BOUND-REACHED (nothing found, not every schedule seen),",
        "VIOLATION (with the line to paste that shows it again), INTERRUPTED, or BROKEN (a fault",
        "of dmsim's own). Status: 0 CLEAN, EXHAUSTED or all passed; 1 VIOLATION or a failed case;",
        "2 the command or a file was wrong; 3 BOUND-REACHED; 70 BROKEN; 130 INTERRUPTED."
      })
  static final class Root {

    /** Taken off the command line before picocli sees it; here for the help. */
    @Option(
        names = OwnClasses.OPTION,
        paramLabel = "JARS",
        description = "Jars or folders with targets of your own, as META-INF/services names them.")
    private String classpath;
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = CommandLineTool.class.getPackage().getImplementationVersion();
      return new String[] {"dmsim " + (version == null ? "(not from its jar)" : version)};
    }
  }

  /** Standard output for answers: in colour where it is a terminal, unless {@code NO_COLOR}. */
  public static PrintWriter answers(OutputStream to) {
    return Terminal.isColoured()
        ? new PrintWriter(new Coloured(new OutputStreamWriter(to, StandardCharsets.UTF_8)))
        : new PrintWriter(to, false, StandardCharsets.UTF_8);
  }

  /** Runs one command. */
  public int run(String... args) {
    arguments = args;
    try {
      String name = null;
      for (String a : args) {
        if (!a.startsWith("-")) {
          name = a;
          break;
        }
      }
      if (name != null && !Tools.names().contains(name) && !name.equals("help")) {
        throw new UsageError(
            "unknown command '"
                + name
                + "'"
                + Similar.hint(
                    name, Tools.names(), "; commands: " + String.join(", ", Tools.names())));
      }
      if (args.length == 0 || "help".equals(name)) {
        return help(args);
      }
      return commandLine(name).execute(args);
    } catch (UsageError e) {
      return wrong(e.getMessage());
    } catch (BlockedOutside e) {
      return wrong(e.getMessage());
    } catch (Error | RuntimeException fault) {
      if (fault instanceof DmsimFault f && f.getCause() instanceof ScriptError wrong) {
        return plain(wrong.getMessage());
      }
      return OutOfMemory.line(fault).map(this::wrong).orElseGet(() -> broken(fault, args));
    } finally {
      out.flush();
      err.flush();
    }
  }

  /** {@code help}, {@code help COMMAND}, {@code help script} and its like, or nothing at all. */
  private int help(String... args) {
    List<String> rest = List.of(args).subList(Math.min(1, args.length), args.length);
    if (rest.isEmpty()) {
      commandLine(null).usage(out);
      return 0;
    }
    String topic = rest.getFirst();
    if (topic.equals("script")) {
      out.print(ScriptHelp.text());
      return 0;
    }
    if (topic.equals("memory")) {
      out.print(MemoryHelp.text());
      return 0;
    }
    if (topic.equals("door")) {
      out.print(CallTable.text());
      return 0;
    }
    if (topic.equals("targets")) {
      out.print(TargetHelp.list());
      return 0;
    }
    if (TargetHelp.find(topic).isPresent()) {
      out.print(TargetHelp.find(topic).get().text());
      return 0;
    }
    if (!Tools.names().contains(topic)) {
      throw new UsageError(
          "no help on '" + topic + "'" + Similar.hint(topic, Tools.names(), "; write: dmsim help"));
    }
    commandLine(topic).getSubcommands().get(topic).usage(out);
    return 0;
  }

  /** A parser that knows one command, or all of them where {@code only} is null. */
  CommandLine commandLine(String only) {
    CommandLine root = new CommandLine(new Root());
    for (Tools t : Tools.all()) {
      if (only == null || t.name().equals(only)) {
        root.addSubcommand(t.name(), t.command().get());
      }
    }
    root.setOut(out);
    root.setErr(err);
    HelpText.prepare(root);
    root.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            Terminal.isColoured() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    root.setParameterExceptionHandler((e, a) -> wrong(message(e)));
    root.setExecutionExceptionHandler(
        (e, commandLine, parsed) ->
            switch (e) {
              case ScriptError s -> plain(s.getMessage());
              case UsageError u -> wrong(u.getMessage());
              case ImpossibleMachineException i -> wrong(i.getMessage());
              case BlockedOutside b -> wrong(b.getMessage());
              default -> OutOfMemory.line(e).map(this::wrong).orElseGet(() -> broken(e, arguments));
            });
    return root;
  }

  private int broken(Throwable fault, String... args) {
    return Broken.print(out, fault, args);
  }

  private static String message(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String how = "; see: " + command.getCommandSpec().qualifiedName() + " --help";
    if (e instanceof UnmatchedArgumentException u && !u.getUnmatched().isEmpty()) {
      String found = u.getUnmatched().getFirst();
      int eq = found.indexOf('=');
      String bare = eq < 0 ? found : found.substring(0, eq);
      List<String> known =
          command.getCommandSpec().options().stream().map(o -> o.longestName()).toList();
      return found.startsWith("-")
          ? "unknown option '" + bare + "'" + Similar.hint(bare, known, how)
          : "'" + found + "' is one word too many" + how;
    }
    if (e instanceof MissingParameterException m) {
      String missing = m.getMissing().isEmpty() ? "a value" : label(m.getMissing().getFirst());
      return command.getCommandName() + " needs " + missing + how;
    }
    return e.getMessage().lines().findFirst().orElse("the command line is wrong") + how;
  }

  private static String label(ArgSpec missing) {
    return missing instanceof OptionSpec o
        ? o.longestName() + " " + o.paramLabel()
        : missing.paramLabel();
  }

  private int wrong(String message) {
    return plain("dmsim: " + message);
  }

  private int plain(String message) {
    out.flush();
    err.println(message);
    return WRONG;
  }
}
