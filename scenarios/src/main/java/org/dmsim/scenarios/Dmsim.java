package org.dmsim.scenarios;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: {@code dmsim COMMAND ...}. */
@Command(
    name = "dmsim",
    mixinStandardHelpOptions = true,
    versionProvider = Dmsim.Version.class,
    description = "Linux device-mapper, block layer and RCU/SRCU on one deterministic machine.")
public final class Dmsim implements Runnable {

  public static void main(String[] args) {
    System.exit(new CommandLine(new Dmsim()).execute(args));
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Dmsim.class.getPackage().getImplementationVersion();
      return new String[] {"dmsim " + (version == null ? "(not from its jar)" : version)};
    }
  }
}
