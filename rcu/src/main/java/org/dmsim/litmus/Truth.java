package org.dmsim.litmus;

import org.dmsim.litmus.lang.Condition;

/** Whether a condition holds, where some of the state may be unknown yet. */
enum Truth {
  NO,
  UNKNOWN,
  YES;

  /** What is known of the state at the end. */
  interface State {
    /** The value of a term, or null if it is not known yet. */
    Long value(Condition.Term term);
  }

  static Truth of(Condition condition, State state) {
    return switch (condition) {
      case Condition.True always -> YES;
      case Condition.Not not -> of(not.operand(), state).opposite();
      case Condition.And and -> {
        Truth all = YES;
        for (Condition operand : and.operands()) {
          Truth one = of(operand, state);
          all = one.ordinal() < all.ordinal() ? one : all;
        }
        yield all;
      }
      case Condition.Or or -> {
        Truth any = NO;
        for (Condition operand : or.operands()) {
          Truth one = of(operand, state);
          any = one.ordinal() > any.ordinal() ? one : any;
        }
        yield any;
      }
      case Condition.Atom atom -> {
        Long left = state.value(atom.left());
        Long right = state.value(atom.right());
        yield left == null || right == null
            ? UNKNOWN
            : left.equals(right) == atom.equal() ? YES : NO;
      }
    };
  }

  Truth opposite() {
    return this == UNKNOWN ? UNKNOWN : this == YES ? NO : YES;
  }
}
