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
 * @param whole packages that are no part of what is checked: their methods are one step each
 */
public record ThreadProgram(
    Supplier<? extends ThreadTrial> trial, List<List<String>> threads, List<String> whole) {

  /** The program of such a text, threads between bars: {@code "read | replace replace"}. */
  public static ThreadProgram of(Supplier<? extends ThreadTrial> trial, String text) {
    List<List<String>> threads =
        Arrays.stream(text.split("\\|")).map(t -> List.of(t.trim().split(" +"))).toList();
    return new ThreadProgram(trial, threads, List.of());
  }

  /** The same, done with another trial. */
  public ThreadProgram with(Supplier<? extends ThreadTrial> other) {
    return new ThreadProgram(other, threads, whole);
  }

  /** The same, where packages are no part of what is checked. */
  public ThreadProgram leavingWhole(String... packages) {
    return new ThreadProgram(trial, threads, List.of(packages));
  }
}
