package org.dmsim.scenarios.script;

/**
 * A place in a script.
 *
 * @param file as the user named it
 * @param line from 1
 * @param column from 1, in characters
 */
public record Place(String file, int line, int column) {

  /** As editors and compilers write it. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
