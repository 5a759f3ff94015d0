package org.dmsim.scenarios.cli;

import java.util.List;
import java.util.Map;

/**
 * Two examples of each command, with which its help ends. Each works as it stands, in any folder
 * and without a file of the user's; a test runs them.
 */
final class Examples {

  private static final Map<String, List<String>> ALL =
      Map.ofEntries(
          Map.entry("run", List.of("run nowait", "run nowait --kernel 6.6 --trace")),
          Map.entry(
              "explore", List.of("explore back-off", "explore suspend-against-nowait --fixed")),
          Map.entry(
              "with",
              List.of(
                  "with -- ls -l /dev/mapper",
                  "with --calls -- dd if=/dev/ram0 of=/dev/null iflag=direct count=1")),
          Map.entry("serve", List.of("serve nowait", "serve --nbd unix:/tmp/d nowait")),
          Map.entry("in", List.of("in -- ls -l /dev/mapper", "in -- dmsetup ls")),
          Map.entry("suite", List.of("suite lvm2 --list", "suite blktests --list")),
          Map.entry(
              "replay",
              List.of(
                  "replay nowait --schedule v1:...",
                  "list nowait | dmsim replay - --schedule v1:... --trace")),
          Map.entry("test", List.of("test nowait nowait-uaf", "list nowait | dmsim test - --tap")),
          Map.entry(
              "conform",
              List.of(
                  "echo '{\"id\":\"a\",\"steps\":[{\"do\":\"remove_all\",\"out\":[\"ok\"]}]}' |"
                      + " dmsim conform -",
                  "echo '{\"id\":\"a\",\"steps\":[{\"do\":\"clear d0\",\"out\":[\"ENXIO\"]}]}' |"
                      + " dmsim conform - --json")),
          Map.entry(
              "table",
              List.of(
                  "echo '0 8 linear 8:16 2048' | dmsim table - --stand-ins",
                  "echo '0 8 linaer 1:0 0' | dmsim table - --json")),
          Map.entry("kernels", List.of("kernels 6.6-rc1", "kernels 6.6-rc1 6.6")),
          Map.entry(
              "contexts",
              List.of("contexts", "contexts --context rcu_read_lock --operation msleep")),
          Map.entry("rules", List.of("rules 1", "rules 2 --json")),
          Map.entry("reports", List.of("reports", "reports --json")),
          Map.entry(
              "explain",
              List.of("run nowait | dmsim explain -", "run nowait | dmsim explain - --json")),
          Map.entry(
              "litmus",
              List.of(
                  "printf 'C one\\n"
                      + "{}\\n"
                      + "P0(int *x) { WRITE_ONCE(*x, 1); }\\n"
                      + "exists (x=1)\\n"
                      + "' | dmsim litmus -",
                  "litmus --help")),
          Map.entry("list", List.of("list", "list nowait > nowait.dm")),
          Map.entry("faults", List.of("faults srcu/no-f", "faults --help")),
          Map.entry("bench", List.of("bench", "bench checks")),
          Map.entry("site", List.of("site", "site --help")),
          Map.entry("man", List.of("man manuals", "man --help")),
          Map.entry("completion", List.of("completion > dmsim.bash", "completion --help")));

  private Examples() {}

  /** Those of a command. */
  static List<String> of(String command) {
    return ALL.getOrDefault(command, List.of());
  }
}
