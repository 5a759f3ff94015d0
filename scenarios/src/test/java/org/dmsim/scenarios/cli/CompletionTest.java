package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The completion script, asked by a real bash as the Tab key does. */
final class CompletionTest {

  @TempDir private Path folder;

  private List<String> completed(String... words) throws Exception {
    Path script = folder.resolve("completion");
    Files.writeString(script, Cli.run("completion").out());
    String line = String.join(" ", words);
    String ask =
        "source "
            + script
            + "; compopt() { :; }; COMP_WORDS=("
            + line.replaceAll("\\s+$", " ''")
            + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE='"
            + line
            + "'; COMP_POINT=${#COMP_LINE}; _complete_dmsim; printf '%s\\n' \"${COMPREPLY[@]}\"";
    Process bash = new ProcessBuilder("bash", "-c", ask).redirectErrorStream(true).start();
    String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(bash.waitFor(600, TimeUnit.SECONDS));
    return out.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
  }

  @Test
  void commandsOptionsKernels_areCompleted() throws Exception {
    assertEquals(
        List.of("explain", "explore"), completed("dmsim", "expl").stream().sorted().toList());
    assertTrue(completed("dmsim", "run", "--ker").contains("--kernel"));
    List<String> kernels = completed("dmsim", "run", "--kernel", "6.1");
    assertTrue(kernels.containsAll(List.of("6.1", "6.12", "6.1.192")), kernels.toString());
    assertTrue(completed("dmsim", "explore", "nowait-s").contains("nowait-swap"));
  }

  @Test
  void help_saysWhereTheLineGoes() throws IOException {
    assertTrue(Cli.run("completion", "--help").out().contains("source <(dmsim completion)"));
  }
}
