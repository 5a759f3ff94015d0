package org.dmsim.litmus.lang;

import java.util.List;
import java.util.Map;

/**
 * A litmus test, read.
 *
 * @param name what stands behind the {@code C} of its first line
 * @param locations the shared variables, by number
 * @param initial the value of each at the start
 * @param threads the statements of each thread
 * @param parameters of each thread: the numbers of the variables whose addresses it gets, by name
 * @param registers the values that registers are given before the start
 * @param quantifier of the condition
 * @param filter what an execution must meet to count
 * @param shown the terms of {@code locations [...]}
 * @param primitives the kernel's functions that the threads call, in the order of their first
 *     calls, each with that line
 */
public record LitmusTest(
    String name,
    List<String> locations,
    List<Long> initial,
    List<Stmt> threads,
    List<Map<String, Integer>> parameters,
    List<Map<String, Long>> registers,
    Quantifier quantifier,
    Condition condition,
    String conditionText,
    Condition filter,
    List<Condition.Term> shown,
    Map<String, Integer> primitives) {

  /** How a condition is asked. */
  public enum Quantifier {
    EXISTS("exists"),
    NOT_EXISTS("~exists"),
    FORALL("forall");

    private final String text;

    Quantifier(String text) {
      this.text = text;
    }

    /** As a test writes it. */
    public String text() {
      return text;
    }
  }

  /** Values from here on are addresses; below, and down to its negative, they are numbers. */
  private static final long ADDRESSES = 1L << 40;

  /** The address of a shared variable, as a value. */
  public static long address(int location) {
    return ADDRESSES + location;
  }

  /** The number of the variable whose address a value is, or -1 if it is none. */
  public int location(long value) {
    long number = value - ADDRESSES;
    return number >= 0 && number < locations.size() ? (int) number : -1;
  }

  /** A value as a test writes it. */
  public String shown(long value) {
    int location = location(value);
    return location >= 0 ? locations.get(location) : Long.toString(value);
  }

  /** A term as a test writes it. */
  public String shown(Condition.Term term) {
    return switch (term) {
      case Condition.Term.Register register -> register.thread() + ":" + register.name();
      case Condition.Term.Final variable -> locations.get(variable.location());
      case Condition.Term.Value value -> shown(value.value());
    };
  }
}
