package org.dmsim.explore;

import java.util.Optional;
import org.dmsim.machine.Configuration;

/**
 * How a search ended, and what it has seen.
 *
 * @param end in what way
 * @param configuration the machine that it ran on
 * @param explored complete runs
 * @param redundant runs given up because another one had shown the same
 * @param depth steps of the longest run
 * @param reduced whether runs that differ only in the order of independent steps counted as one
 * @param bound what stopped it, in words; empty where nothing did
 * @param finding what was found
 * @param divergence where a run did not do as before
 */
public record Result(
    End end,
    Configuration configuration,
    long explored,
    long redundant,
    int depth,
    boolean reduced,
    String bound,
    Optional<Finding> finding,
    Optional<Divergence> divergence) {

  /** As this, with other words for what stopped it. */
  public Result withBound(String words) {
    return new Result(
        end, configuration, explored, redundant, depth, reduced, words, finding, divergence);
  }

  /** The ways in which a search ends. */
  public enum End {
    /** Every schedule, nothing found. */
    EXHAUSTED,
    /** Something was found. */
    VIOLATION,
    /** Nothing found, and not every schedule seen. */
    BOUND_REACHED,
    /** The user stopped it; nothing found until then. */
    INTERRUPTED,
    /** The program does not do the same each time, or dmsim is at fault. */
    BROKEN
  }
}
