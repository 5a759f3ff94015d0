package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmsim.scenarios.door.DoorClosed;
import org.dmsim.scenarios.door.DoorOptions;
import org.dmsim.scenarios.door.NbdRun;
import org.dmsim.scenarios.door.ServeRun;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptParser;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim serve}: one simulated machine for several shells, or for NBD clients. */
@Command(
    name = "serve",
    header = "Serves the machine of a script to programs by 'dmsim in', or to NBD clients.",
    mixinStandardHelpOptions = true,
    customSynopsis = "dmsim serve [OPTIONS] [FILE|NAME] [-- PROGRAM ARG...]",
    description = {
      "Boots the machine of a script. Programs come into it by 'dmsim in -- PROGRAM', from as many",
      "shells as there are; see 'dmsim with --help' for what that means.",
      "",
      "With --nbd it exports its block devices on a unix socket instead, each by its name: mapped",
      "devices first, then ram0 and so on; a client that names none gets the first. nbdinfo,",
      "nbdcopy, qemu-img, qemu-io, fio's nbd engine and their like need no door then: this works",
      "on macOS too, and where seccomp listeners are forbidden. Every request is a task of the",
      "machine, and what a client sends at once overlaps there."
    },
    footer = {
      "",
      "  dmsim serve d0.dm &   dmsim in -- dmsetup ls",
      "  dmsim serve --nbd unix:/tmp/d d0.dm -- nbdinfo --list 'nbd+unix:///?socket=/tmp/d'",
      "",
      "Serves until Ctrl-C, or until PROGRAM, which runs outside, has ended, and ends with its",
      "status; with 1 if the simulated kernel complained. NBD carries reads, writes, flush, FUA,",
      "trim, write zeroes and block status (all of a device is said to be allocated); no NOWAIT,",
      "no ioctl."
    })
final class ServeCommand implements Callable<Integer> {

  private static final String UNIX = "unix:";

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE|NAME",
      arity = "0..*",
      hidden = true,
      description = "A script, then a program behind --.")
  private List<String> words = List.of();

  @Option(
      names = "--nbd",
      paramLabel = "unix:PATH",
      description = "Serve NBD clients, on that socket.")
  private String nbd;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "Where dmsim in finds it; else in $XDG_RUNTIME_DIR, or in /tmp.")
  private Path socket;

  @Option(names = "--calls", description = "Print every system call that the machine answers.")
  private boolean calls;

  @Option(names = "--allow-root", description = "Run although this is root; see dmsim with.")
  private boolean allowRoot;

  @Mixin private MachineOptions machine;

  @Option(names = "--trace", description = "Print every block event as blkparse does.")
  private boolean trace;

  @Override
  public Integer call() {
    List<String> all = spec.commandLine().getParent().getParseResult().originalArgs();
    int dashes = all.indexOf("--");
    List<String> program = dashes < 0 ? List.of() : all.subList(dashes + 1, all.size());
    int before = words.size() - program.size();
    if (before > 1) {
      throw new UsageError("'" + words.get(1) + "' is one word too many; see: dmsim serve --help");
    }
    if (nbd != null && (!nbd.startsWith(UNIX) || nbd.length() == UNIX.length())) {
      throw new UsageError("--nbd takes a socket, for example: --nbd unix:/tmp/dmsim.sock");
    }
    String name = before == 0 ? "(no file)" : words.getFirst();
    String text = before == 0 ? "list" : Scripts.text(name);
    Script script = ScriptParser.parseMachine(name, text);
    PrintWriter err = spec.commandLine().getErr();
    try {
      if (nbd != null) {
        NbdRun run = new NbdRun(script, machine.withoutMemory("serve"), trace, err);
        Path at = Path.of(nbd.substring(UNIX.length()));
        return WithCommand.end(err, program, run.run(at, program), null, null);
      }
      WithCommand.requireUser(allowRoot);
      DoorOptions options = new DoorOptions(true, false, calls, false, false, false, null, text);
      ServeRun run = new ServeRun(script, machine.withoutMemory("serve"), options, trace, err);
      Path at = socket == null ? usualSocket() : socket;
      return WithCommand.end(err, program, run.run(at, program), null, null);
    } catch (DoorClosed closed) {
      return WithCommand.closed(err, closed);
    } catch (IOException e) {
      throw new UsageError(e.getMessage());
    }
  }

  /** Where a machine is served if nobody says where: a place of this user's. */
  static Path usualSocket() {
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    String user = System.getProperty("user.name");
    return runtime == null || !Files.isWritable(Path.of(runtime))
        ? Path.of(System.getProperty("java.io.tmpdir"), "dmsim-" + user + ".sock")
        : Path.of(runtime, "dmsim.sock");
  }
}
