package org.dmsim.scenarios.site;

import java.util.List;

/**
 * What help says of a target.
 *
 * @param name as a table has it
 * @param does in a few words
 * @param arguments behind START LENGTH NAME
 * @param notes features, status, messages; a line each
 * @param script commands that load a table of it, device d0, on the disks of a script without disk
 *     lines, and ask for its status; none where it is not modelled
 */
public record Target(
    String name, String does, String arguments, List<String> notes, List<String> script) {

  /** Copies the lists. */
  public Target {
    notes = List.copyOf(notes);
    script = List.copyOf(script);
  }
}
