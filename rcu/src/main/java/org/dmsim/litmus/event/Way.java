package org.dmsim.litmus.event;

import java.util.List;
import java.util.Map;

/**
 * One way of a thread through its code, for certain values read.
 *
 * @param registers at its end
 * @param cut whether a loop would have gone on beyond its bound
 * @param wild where it ends early, since it follows what is no address; null if it does not
 */
public record Way(
    int thread, List<Event> events, Map<String, Long> registers, boolean cut, WildAccess wild) {

  /** A register's value at the end; 0 if nothing was ever written to it. */
  public long register(String name) {
    return registers.getOrDefault(name, 0L);
  }
}
