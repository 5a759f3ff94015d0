package org.dmsim.scenarios.cli;

/** How the user called dmsim, so that a line to paste can be pasted. */
final class CommandName {

  private CommandName() {}

  /** The launcher's path as it was typed; dmsim where there is no launcher. */
  static String get() {
    return System.getProperty("dmsim.command", "dmsim");
  }
}
