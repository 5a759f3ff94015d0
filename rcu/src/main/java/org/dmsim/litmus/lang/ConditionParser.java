package org.dmsim.litmus.lang;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Reads a condition, a filter, and the terms of {@code locations [...]}. */
final class ConditionParser {
  private final TokenReader tokens;
  private final ToIntFunction<String> location;
  private final int threads;

  /**
   * A parser for the conditions of a test.
   *
   * @param location gives the number of a shared variable, making one where a name is new
   * @param threads how many threads the test has
   */
  ConditionParser(TokenReader tokens, ToIntFunction<String> location, int threads) {
    this.tokens = tokens;
    this.location = location;
    this.threads = threads;
  }

  Condition condition() throws LitmusError {
    List<Condition> operands = new ArrayList<>(List.of(conjunction()));
    while (tokens.takes("\\/") || tokens.takes("||")) {
      operands.add(conjunction());
    }
    return operands.size() == 1 ? operands.getFirst() : new Condition.Or(List.copyOf(operands));
  }

  private Condition conjunction() throws LitmusError {
    List<Condition> operands = new ArrayList<>(List.of(factor()));
    while (tokens.takes("/\\") || tokens.takes("&&")) {
      operands.add(factor());
    }
    return operands.size() == 1 ? operands.getFirst() : new Condition.And(List.copyOf(operands));
  }

  private Condition factor() throws LitmusError {
    if (tokens.takes("~") || tokens.takes("not") || tokens.takes("!")) {
      return new Condition.Not(factor());
    }
    if (tokens.takes("true")) {
      return new Condition.True();
    }
    if (tokens.takes("false")) {
      return new Condition.Not(new Condition.True());
    }
    if (tokens.takes("(")) {
      Condition inner = condition();
      tokens.expect(")");
      return inner;
    }
    Condition.Term left = term(false);
    boolean equal = !tokens.sees("!=");
    if (!tokens.takes("==") && !tokens.takes("!=")) {
      tokens.expect("=");
    }
    return new Condition.Atom(left, term(true), equal);
  }

  /** A term; on the right a bare name is an address. */
  Condition.Term term(boolean right) throws LitmusError {
    Token token = tokens.peek();
    if (token.sort() == Token.Sort.NUMBER && tokens.peek(1).is(":")) {
      long thread = tokens.expectNumber();
      if (thread >= threads) {
        throw new LitmusError(
            token, "there is no thread " + thread + ": they are 0 to " + (threads - 1));
      }
      tokens.expect(":");
      return new Condition.Term.Register(
          (int) thread, tokens.expectName("the name of a register").text());
    }
    if (token.sort() == Token.Sort.NUMBER || token.is("-")) {
      return new Condition.Term.Value(tokens.expectNumber());
    }
    if (token.is("NULL")) {
      tokens.next();
      return new Condition.Term.Value(0);
    }
    boolean bracket = tokens.takes("[");
    boolean star = tokens.takes("*");
    boolean address = tokens.takes("&");
    int variable = location.applyAsInt(tokens.expectName("a variable, or THREAD:REGISTER").text());
    if (bracket) {
      tokens.expect("]");
    }
    return address || (right && !bracket && !star)
        ? new Condition.Term.Value(LitmusTest.address(variable))
        : new Condition.Term.Final(variable);
  }
}
