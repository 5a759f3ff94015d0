package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmsim.scenarios.door.NbdRun;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptParser;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim serve}: the devices of a simulated machine, for NBD clients. */
@Command(
    name = "serve",
    header = "Serves the devices of a script's machine to NBD clients.",
    mixinStandardHelpOptions = true,
    customSynopsis = "dmsim serve --nbd unix:PATH [OPTIONS] [FILE|NAME] [-- PROGRAM ARGUMENTS]",
    description = {
      "Boots the machine of a script and exports its block devices on a unix socket, each by its",
      "name: mapped devices first, then ram0 and so on; a client that names none gets the first.",
      "nbdinfo, nbdcopy, qemu-img, qemu-io, fio's nbd engine and their like need no door then:",
      "this works on macOS too, and where seccomp listeners are forbidden. Every request is a task",
      "of the machine, and what a client sends at once overlaps there."
    },
    footer = {
      "",
      "  dmsim serve --nbd unix:/tmp/d d0.dm -- nbdinfo --list 'nbd+unix:///?socket=/tmp/d'",
      "",
      "Serves until Ctrl-C, or until PROGRAM has ended, and ends with its status; with 1 if the",
      "simulated kernel complained. NBD carries reads, writes, flush, FUA, trim, write zeroes and",
      "block status (all of a device is said to be allocated); no NOWAIT, no ioctl."
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
      required = true,
      paramLabel = "unix:PATH",
      description = "The socket to listen on.")
  private String nbd;

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
    if (!nbd.startsWith(UNIX) || nbd.length() == UNIX.length()) {
      throw new UsageError("--nbd takes a socket, for example: --nbd unix:/tmp/dmsim.sock");
    }
    String name = before == 0 ? "(no file)" : words.getFirst();
    Script script = ScriptParser.parse(name, before == 0 ? "list" : Scripts.text(name));
    PrintWriter err = spec.commandLine().getErr();
    try {
      NbdRun run = new NbdRun(script, machine.overrides(), trace, err);
      Path socket = Path.of(nbd.substring(UNIX.length()));
      return WithCommand.end(err, program, run.run(socket, program), null, null);
    } catch (IOException e) {
      throw new UsageError(e.getMessage());
    }
  }
}
