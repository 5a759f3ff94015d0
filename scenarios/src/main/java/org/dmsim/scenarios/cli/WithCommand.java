package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmsim.report.Report;
import org.dmsim.scenarios.door.DoorClosed;
import org.dmsim.scenarios.door.DoorOptions;
import org.dmsim.scenarios.door.DoorRun;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptParser;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim with}: an unmodified program of this host in front of a simulated kernel. */
@Command(
    name = "with",
    header = "Runs a Linux program, unmodified, against the machine of a script.",
    mixinStandardHelpOptions = true,
    customSynopsis = "dmsim with [OPTIONS] [FILE|NAME] -- PROGRAM [ARG...]",
    description = {
      "Boots the machine of a script and runs a Linux program against it, unmodified and as an",
      "ordinary user: its system calls on /dev/mapper/*, /dev/dm-*, /dev/ram* and /dev/nullb* are",
      "answered by the modelled kernel, all others by this host's. Without a file the machine has",
      "ram0 to ram7, nullb0, nullb1, and no mapped device."
    },
    footer = {
      "",
      "Ends with the program's status; with 1 if the simulated kernel complained; with 3 where",
      "programs cannot be let in. Needs Linux 5.19 on x86-64 or arm64. No sandbox: the program",
      "does as this user what it would do anyway. 'dmsim help door' lists the system calls."
    })
final class WithCommand implements Callable<Integer> {

  static final int CLOSED = 3;

  /** How the line begins that says why. */
  static final String CLOSED_DOOR = "dmsim: programs cannot be let in here: ";

  /** Shells move the files that they open to descriptors from 3 on. */
  private static final List<String> SHELLS = List.of("sh", "bash", "dash", "ash", "zsh", "ksh");

  enum Fds {
    auto,
    all,
    high
  }

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE|NAME",
      arity = "0..*",
      hidden = true,
      description = "A script, then the program behind --.")
  private List<String> words = List.of();

  @Mixin private MachineOptions machine;

  @Option(names = "--trace", description = "Print every block event as blkparse does.")
  private boolean trace;

  @Option(names = "--calls", description = "Print every system call that the machine answers.")
  private boolean calls;

  @Option(
      names = "--virtual-time",
      description =
          "Programs sleep, poll and select in virtual time only: a sleep of a minute takes no"
              + " time. Their clocks are the host's.")
  private boolean virtualTime;

  @Option(
      names = "--lockstep",
      description =
          "The machine goes on only when every thread of the programs is in a call of its or waits"
              + " in one of the host's, and --seed says whose call goes first: the same seed gives"
              + " the same run again. With --virtual-time and --fds all.")
  private boolean lockstep;

  @Option(
      names = "--write-back",
      description =
          "At the end, write into the files of 'disk ram0 file=IMAGE' what is different on the"
              + " disks; "
              + "else the files stay as they are.")
  private boolean writeBack;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description =
          "Write the session down as a script, which run, test and explore take. What was done"
              + " while another program had its device open becomes tasks beside each other.")
  private Path record;

  @Option(
      names = "--expect",
      paramLabel = "clean|TEXT",
      description =
          "End with 0 if there was no report and the program ended with 0, or if a report's"
              + " headline has that text; else with 1.")
  private String expect;

  @Option(
      names = "--as-user",
      description = "Programs see which user they are; else they take themselves for root.")
  private boolean asUser;

  @Option(
      names = "--allow-root",
      description = "Run although this is root: then the program is root on this host too.")
  private boolean allowRoot;

  @Option(
      names = "--fds",
      paramLabel = "all|high",
      description =
          "Which descriptors are watched: from 512 on and 0 to 2 (high), or all. A shell as the"
              + " program gets all, since it moves files to low numbers; it costs 3 us for each"
              + " read and write of whatever file.")
  private Fds fds = Fds.auto;

  @Override
  public Integer call() {
    List<String> program = program();
    int before = words.size() - program.size();
    if (before > 1) {
      throw new UsageError(
          "'"
              + words.get(1)
              + "' is one word too many before --; see: "
              + spec.qualifiedName()
              + " --help");
    }
    if (program.isEmpty()) {
      throw new UsageError(
          "with needs a program behind --, for example: dmsim with -- dmsetup targets");
    }
    requireUser(allowRoot);
    String name = before == 0 ? "(no file)" : words.getFirst();
    String text = before == 0 ? "list" : Scripts.text(name);
    Script script = ScriptParser.parseMachine(name, text);
    if (writeBack) {
      WriteBack.require(script);
    }
    boolean everyFd = fds == Fds.all || (fds == Fds.auto && isShell(program.getFirst()));
    DoorOptions options =
        new DoorOptions(
            everyFd || lockstep,
            asUser,
            calls,
            virtualTime || lockstep,
            lockstep,
            writeBack,
            record,
            text);
    PrintWriter err = spec.commandLine().getErr();
    spec.commandLine().getOut().flush();
    try {
      DoorRun run = new DoorRun(script, machine.withoutMemory("with"), options, trace, err);
      return end(err, program, run.run(program), record, expect);
    } catch (DoorClosed closed) {
      return closed(err, closed);
    }
  }

  /** Says why programs cannot be let in: the status. */
  static int closed(PrintWriter err, DoorClosed why) {
    err.println(CLOSED_DOOR + why.getMessage() + ". Scripts work: dmsim run FILE.");
    return CLOSED;
  }

  /** The words behind --. */
  private List<String> program() {
    List<String> all = spec.commandLine().getParent().getParseResult().originalArgs();
    int dashes = all.indexOf("--");
    return dashes < 0 ? List.of() : all.subList(dashes + 1, all.size());
  }

  static boolean isShell(String program) {
    return SHELLS.contains(program.substring(program.lastIndexOf('/') + 1));
  }

  /** Refuses to run as root, unless that was asked for. */
  static void requireUser(boolean allowRoot) {
    if (!allowRoot && isRoot()) {
      throw new UsageError(
          "this is root, and the program would be root on this host; run it as a user, or write"
              + " --allow-root");
    }
  }

  /** Whether the user's number is 0, whatever the name: the owner of this process says so. */
  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException | UnsupportedOperationException notLinux) {
      return false; // nor is a program let in there
    }
  }

  /**
   * Says what a run came to.
   *
   * @param program what ran beside it; empty for nothing
   * @param record where it was written down; null for nowhere
   * @param expect what was expected; null for nothing
   * @return the status to end with
   */
  static int end(
      PrintWriter err, List<String> program, DoorRun.Result result, Path record, String expect) {
    String ended =
        program.isEmpty() ? "" : program.getFirst() + " ended with " + result.status() + "; ";
    if (result.failure() != null) {
      err.println("dmsim: " + result.failure());
      return result.status();
    }
    String machine = "kernel " + LastLines.machine(result.configuration());
    result.unexpected().forEach(u -> err.println("dmsim: " + u));
    if (result.reports().isEmpty() && result.unexpected().isEmpty()) {
      err.println(Verdict.CLEAN + "  no report; " + ended + machine);
      return status(result, expect, result.status());
    }
    for (Report r : result.reports()) {
      err.println("  " + r.headline());
    }
    if (record != null) {
      err.println("See it again: " + CommandName.get() + " run " + record);
    }
    err.println(
        Verdict.VIOLATION
            + "  "
            + result.reports().size()
            + (result.reports().size() == 1 ? " report; " : " reports; ")
            + ended
            + machine);
    return status(result, expect, Verdict.VIOLATION.status());
  }

  private static int status(DoorRun.Result result, String expect, int without) {
    if (expect == null) {
      return without;
    }
    boolean holds =
        expect.equals("clean")
            ? result.reports().isEmpty() && result.unexpected().isEmpty() && result.status() == 0
            : result.reports().stream().anyMatch(r -> r.headline().contains(expect));
    return holds ? 0 : 1;
  }
}
