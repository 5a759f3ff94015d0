package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmsim.scenarios.door.DoorClosed;
import org.dmsim.scenarios.door.DoorOptions;
import org.dmsim.scenarios.door.InRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim in}: a program goes into a machine that is served. */
@Command(
    name = "in",
    header = "Runs a Linux program in the machine of a 'dmsim serve'.",
    mixinStandardHelpOptions = true,
    customSynopsis = "dmsim in [OPTIONS] -- PROGRAM [ARGUMENTS]",
    description = {
      "As 'dmsim with', where the machine is already there: any number of shells share it. What",
      "the simulated kernel complains of shows on the server's terminal."
    },
    footer = {"", "Ends with the program's status."})
final class InCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PROGRAM", arity = "0..*", hidden = true, description = "Behind --.")
  private List<String> words = List.of();

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "Where it is served; else in $XDG_RUNTIME_DIR, or in /tmp.")
  private Path socket;

  @Option(
      names = "--as-user",
      description = "Programs see which user they are; else they take themselves for root.")
  private boolean asUser;

  @Option(names = "--allow-root", description = "Run although this is root; see dmsim with.")
  private boolean allowRoot;

  @Override
  public Integer call() {
    List<String> all = spec.commandLine().getParent().getParseResult().originalArgs();
    int dashes = all.indexOf("--");
    List<String> program = dashes < 0 ? List.of() : all.subList(dashes + 1, all.size());
    if (program.isEmpty() || words.size() > program.size()) {
      throw new UsageError("in needs a program behind --, for example: dmsim in -- dmsetup ls");
    }
    WithCommand.requireUser(allowRoot);
    boolean everyFd = WithCommand.isShell(program.getFirst());
    DoorOptions options = new DoorOptions(everyFd, asUser, false, false, false, false, null, "");
    try {
      return new InRun(options).run(socket == null ? ServeCommand.usualSocket() : socket, program);
    } catch (DoorClosed closed) {
      return WithCommand.closed(spec.commandLine().getErr(), closed);
    } catch (IOException e) {
      throw new UsageError(e.getMessage());
    }
  }
}
