package org.dmsim.litmus.lang;

import java.util.List;

/** What a test asks of the state at the end of an execution. */
public sealed interface Condition {

  /** Always so. */
  record True() implements Condition {}

  /** Two terms with one value; {@code equal} false for two values. */
  record Atom(Term left, Term right, boolean equal) implements Condition {}

  /** Not so. */
  record Not(Condition operand) implements Condition {}

  /** All of them. */
  record And(List<Condition> operands) implements Condition {}

  /** At least one of them. */
  record Or(List<Condition> operands) implements Condition {}

  /** What an atom holds against another. */
  sealed interface Term {
    /** A thread's register at its end. */
    record Register(int thread, String name) implements Term {}

    /** A shared variable at the end: its coherence-last value. */
    record Final(int location) implements Term {}

    /** A number, or an address as a value (see {@link LitmusTest#address}). */
    record Value(long value) implements Term {}
  }
}
