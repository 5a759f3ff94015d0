package org.dmsim.scenarios.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The list of commands. A command is one picocli class, and one line here; it is loaded only when
 * it is called, or when help on all is asked for.
 *
 * @param name as typed
 * @param command makes the picocli object
 */
record Tools(String name, Supplier<Object> command) {

  private static final List<Tools> ALL =
      List.of(
          new Tools("run", RunCommand::new),
          new Tools("explore", ExploreCommand::new),
          new Tools("with", WithCommand::new),
          new Tools("serve", ServeCommand::new),
          new Tools("in", InCommand::new),
          new Tools("suite", SuiteCommand::new),
          new Tools("replay", ReplayCommand::new),
          new Tools("test", TestCommand::new),
          new Tools("conform", ConformCommand::new),
          new Tools("table", TableCommand::new),
          new Tools("kernels", KernelsCommand::new),
          new Tools("contexts", ContextsCommand::new),
          new Tools("rules", RulesCommand::new),
          new Tools("reports", ReportsCommand::new),
          new Tools("explain", ExplainCommand::new),
          new Tools("litmus", LitmusCommand::new),
          new Tools("list", ListCommand::new),
          new Tools("faults", FaultsCommand::new),
          new Tools("bench", BenchCommand::new),
          new Tools("site", SiteCommand::new),
          new Tools("completion", CompletionCommand::new),
          new Tools("man", ManCommand::new));

  /** Every command, in the order in which help shows them. */
  static List<Tools> all() {
    return ALL;
  }

  /** Every command's name. */
  static List<String> names() {
    List<String> names = new ArrayList<>();
    ALL.forEach(t -> names.add(t.name));
    return names;
  }
}
