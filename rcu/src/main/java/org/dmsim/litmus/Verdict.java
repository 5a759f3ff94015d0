package org.dmsim.litmus;

import java.util.List;
import java.util.Set;
import org.dmsim.litmus.event.WildAccess;
import org.dmsim.litmus.lang.LitmusTest;
import org.dmsim.litmus.lkmm.Flag;

/**
 * What a judge says of a test.
 *
 * @param observation whether the end that is asked for is reached
 * @param flags what the model warns of
 * @param counts of the executions; null unless all were asked for
 * @param cut whether a loop was followed for a number of rounds only: then more may be possible
 * @param wild an access through what is no address, in some execution that the model allows: such
 *     executions are not counted; null if there is none
 * @param candidates how many candidate executions were judged
 */
public record Verdict(
    LitmusTest test,
    Observation observation,
    Set<Flag> flags,
    Counts counts,
    boolean cut,
    WildAccess wild,
    long candidates) {

  /** How often an end is seen. */
  public enum Observation {
    NEVER("Never"),
    SOMETIMES("Sometimes"),
    ALWAYS("Always");

    private final String text;

    Observation(String text) {
      this.text = text;
    }

    /** As herd7 prints it. */
    public String text() {
      return text;
    }

    static Observation of(boolean positive, boolean negative) {
      return !positive ? NEVER : negative ? SOMETIMES : ALWAYS;
    }
  }

  /**
   * All executions that the model allows.
   *
   * @param positive that meet the condition
   * @param negative that do not
   * @param states at their ends, as herd7 prints them
   */
  public record Counts(long positive, long negative, List<String> states) {}
}
