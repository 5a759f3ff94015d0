package org.dmsim.explore;

import java.util.List;

/**
 * Where a search stopped, so that another one of the same program, configuration and bounds can go
 * on from there and come to the same end. Records, lists and numbers only; which program it is of
 * is for others to note.
 *
 * @param cuts runs that were cut off at the bound on steps
 * @param tails ways in which these ended: {@link Livelocks#tails}
 * @param other the first run that ended badly, but not in the way that is looked for; or null
 * @param frontier of an exhaustive search; else null
 * @param seeds of a random or PCT search; else null
 */
public record SearchState(
    long cuts, List<Long> tails, Sighting other, Frontier frontier, Seeds seeds) {

  /** Runs that are complete. */
  public long explored() {
    return frontier == null ? seeds.made() : frontier.counts().getFirst();
  }

  /** Whether it is of the kind of search that {@code bounds} ask for, and whole. */
  public boolean isOf(Bounds bounds) {
    if (tails == null) {
      return false;
    }
    return bounds.selection() == Bounds.Selection.EXHAUSTIVE
        ? frontier != null && seeds == null && frontier.isWhole()
        : seeds != null && frontier == null;
  }

  /**
   * A run to be made again.
   *
   * @param number which run of the search it was, from 1
   * @param schedule its choices, as text
   * @param cycle where it is cut off, if it has no end
   */
  record Sighting(long number, String schedule, Cycle cycle) {}

  /**
   * Runs that are made with one seed after another.
   *
   * @param made how many
   * @param steps of the longest run before this block
   * @param longest of the runs in this block
   */
  record Seeds(long made, long steps, long longest) {}
}
