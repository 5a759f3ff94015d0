package org.dmsim.faults;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * What real threads do at once with a trial.
 *
 * @param trial makes a fresh one
 * @param threads the operations of each thread, in order: {@code read}, {@code readFast}, {@code
 *     replace}
 */
public record ThreadProgram(Supplier<? extends ThreadTrial> trial, List<List<String>> threads) {

  /** The program of such a text, threads between bars: {@code "read | replace replace"}. */
  public static ThreadProgram of(Supplier<? extends ThreadTrial> trial, String text) {
    List<List<String>> threads =
        Arrays.stream(text.split("\\|")).map(t -> List.of(t.trim().split(" +"))).toList();
    return new ThreadProgram(trial, threads);
  }

  /** The same, done with another trial. */
  public ThreadProgram with(Supplier<? extends ThreadTrial> other) {
    return new ThreadProgram(other, threads);
  }
}
