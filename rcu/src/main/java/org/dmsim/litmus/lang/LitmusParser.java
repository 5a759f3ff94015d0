package org.dmsim.litmus.lang;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a litmus test in C: a name, the values at the start, a function for each thread, and what
 * is asked of the end, as herd7 reads them.
 */
public final class LitmusParser {
  private final TokenReader tokens;
  private final String name;
  private final List<String> locations = new ArrayList<>();
  private final Map<Integer, Long> initial = new HashMap<>();
  private final Map<Integer, Map<String, Long>> registers = new HashMap<>();
  private final List<Stmt> threads = new ArrayList<>();
  private final List<Map<String, Integer>> parameters = new ArrayList<>();
  private final List<Condition.Term> shown = new ArrayList<>();
  private final Map<String, Integer> called = new LinkedHashMap<>();
  private Condition filter = new Condition.True();

  private LitmusParser(String name, TokenReader tokens) {
    this.name = name;
    this.tokens = tokens;
  }

  /**
   * Reads a test.
   *
   * @throws LitmusError with line and column, if it is none, or uses what is not read
   */
  public static LitmusTest parse(String text) throws LitmusError {
    int start = 0;
    int line = 1;
    while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
      line += text.charAt(start) == '\n' ? 1 : 0;
      start++;
    }
    int end = text.indexOf('\n', start);
    String head = (end < 0 ? text.substring(start) : text.substring(start, end)).strip();
    String[] words = head.split("\\s+");
    if (words.length < 2 || !words[0].equals("C")) {
      throw new LitmusError(
          line, 1, "a litmus test begins with \"C NAME\"; other languages than C are not read");
    }
    return new LitmusParser(
            words[1], new TokenReader(Lexer.read(text, end < 0 ? text.length() : end, line)))
        .test();
  }

  private LitmusTest test() throws LitmusError {
    while (!tokens.sees("{")) {
      Token token = tokens.next();
      if (token.sort() == Token.Sort.END) {
        throw new LitmusError(token, "the values at the start, { ... }, are missing");
      }
    }
    initialValues();
    while (tokens.peek().isName() && tokens.peek().text().matches("P\\d+")) {
      thread();
    }
    if (threads.isEmpty()) {
      throw new LitmusError(
          tokens.peek(), "\"P0(...)\" should stand here, not " + tokens.peek().shown());
    }
    ConditionParser conditions = new ConditionParser(tokens, this::location, threads.size());
    if (tokens.takes("locations")) {
      shownTerms(conditions);
    }
    if (tokens.takes("filter")) {
      filter = conditions.condition();
    }
    LitmusTest.Quantifier quantifier = quantifier();
    int from = tokens.place();
    Condition condition = conditions.condition();
    String text = tokens.text(from);
    List<Long> values = new ArrayList<>();
    for (int i = 0; i < locations.size(); i++) {
      values.add(initial.getOrDefault(i, 0L));
    }
    List<Map<String, Long>> given = new ArrayList<>();
    for (int i = 0; i < threads.size(); i++) {
      given.add(Map.copyOf(registers.getOrDefault(i, Map.of())));
    }
    return new LitmusTest(
        name,
        List.copyOf(locations),
        values,
        List.copyOf(threads),
        List.copyOf(parameters),
        given,
        quantifier,
        condition,
        text,
        filter,
        List.copyOf(shown),
        Collections.unmodifiableMap(called));
  }

  private LitmusTest.Quantifier quantifier() throws LitmusError {
    Token token = tokens.peek();
    if (tokens.takes("exists")) {
      return LitmusTest.Quantifier.EXISTS;
    }
    if (tokens.takes("forall")) {
      return LitmusTest.Quantifier.FORALL;
    }
    if (tokens.takes("~") && tokens.takes("exists")) {
      return LitmusTest.Quantifier.NOT_EXISTS;
    }
    throw new LitmusError(
        token, "\"exists\", \"~exists\" or \"forall\" should stand here, not " + token.shown());
  }

  private int location(String variable) {
    int known = locations.indexOf(variable);
    if (known >= 0) {
      return known;
    }
    locations.add(variable);
    return locations.size() - 1;
  }

  private void initialValues() throws LitmusError {
    tokens.expect("{");
    while (!tokens.takes("}")) {
      if (tokens.takes(";") || tokens.takes(",")) {
        continue;
      }
      if (tokens.peek().sort() == Token.Sort.NUMBER) {
        Token token = tokens.peek();
        long thread = tokens.expectNumber();
        tokens.expect(":");
        String register = tokens.expectName("the name of a register").text();
        tokens.expect("=");
        if (thread > 1000) {
          throw new LitmusError(token, "there is no thread " + thread);
        }
        registers.computeIfAbsent((int) thread, t -> new HashMap<>()).put(register, value());
        continue;
      }
      CodeParser.skipType(tokens);
      while (tokens.takes("*")) {
        continue;
      }
      boolean bracket = tokens.takes("[");
      int variable = location(tokens.expectName("a variable").text());
      if (bracket) {
        tokens.expect("]");
      }
      if (tokens.takes("=")) {
        initial.put(variable, value());
      } else if (tokens.sees("[")) {
        throw new LitmusError(tokens.peek(), "arrays are not read: use one variable each");
      }
    }
  }

  private long value() throws LitmusError {
    if (tokens.takes("(")) {
      long inner = value();
      tokens.expect(")");
      return inner;
    }
    if (tokens.takes("ATOMIC_INIT")) {
      return value();
    }
    if (tokens.takes("NULL")) {
      return 0;
    }
    boolean address = tokens.takes("&");
    if (address || tokens.peek().isName()) {
      return LitmusTest.address(location(tokens.expectName("a variable").text()));
    }
    return tokens.expectNumber();
  }

  private void thread() throws LitmusError {
    Token token = tokens.next();
    if (!token.text().equals("P" + threads.size())) {
      throw new LitmusError(
          token, "P" + threads.size() + " should stand here, not " + token.shown());
    }
    tokens.expect("(");
    Map<String, Integer> given = new HashMap<>();
    while (!tokens.takes(")")) {
      CodeParser.skipType(tokens);
      while (tokens.takes("*") || tokens.takes("const")) {
        continue;
      }
      String parameter = tokens.expectName("a parameter").text();
      given.put(parameter, location(parameter));
      if (!tokens.sees(")")) {
        tokens.expect(",");
      }
    }
    parameters.add(Map.copyOf(given));
    threads.add(new CodeParser(tokens, called).block());
  }

  private void shownTerms(ConditionParser conditions) throws LitmusError {
    tokens.expect("[");
    while (!tokens.takes("]")) {
      if (!tokens.takes(";") && !tokens.takes(",")) {
        shown.add(conditions.term(false));
      }
    }
  }
}
