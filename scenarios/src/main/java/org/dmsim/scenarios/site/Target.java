package org.dmsim.scenarios.site;

import java.util.List;

/**
 * What help says of a target.
 *
 * @param name as a table has it
 * @param does in a few words
 * @param arguments behind START LENGTH NAME
 * @param notes features, status, messages; a line each
 * @param table one line that loads on the disks of a script without disk lines; empty if none does
 */
public record Target(String name, String does, String arguments, List<String> notes, String table) {

  /** Copies the list. */
  public Target {
    notes = List.copyOf(notes);
  }
}
