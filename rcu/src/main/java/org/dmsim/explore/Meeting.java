package org.dmsim.explore;

import java.util.List;

/**
 * An object at which steps meet whose order is tried both ways.
 *
 * @param object its name
 * @param ways which two tasks, and what they do to it; most schedules first
 * @param schedules how many schedules there are since two steps that meet there, and maybe at other
 *     objects too, were to come the other way round
 * @param alone how many of them meet there only
 */
public record Meeting(String object, List<Way> ways, long schedules, long alone) {

  /**
   * Two tasks and what each does to the object.
   *
   * @param who in words
   * @param schedules how many schedules there are for it
   */
  public record Way(String who, long schedules) {}
}
