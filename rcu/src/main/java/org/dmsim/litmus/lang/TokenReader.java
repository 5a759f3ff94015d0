package org.dmsim.litmus.lang;

import java.util.List;

/** Goes through the tokens of a test; what is not there is an error with its place. */
final class TokenReader {
  private final List<Token> tokens;
  private int at;

  TokenReader(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    if (token.sort() != Token.Sort.END) {
      at++;
    }
    return token;
  }

  boolean sees(String text) {
    return peek().is(text);
  }

  boolean takes(String text) {
    if (sees(text)) {
      at++;
      return true;
    }
    return false;
  }

  Token expect(String text) throws LitmusError {
    Token token = next();
    if (!token.is(text)) {
      throw new LitmusError(token, "\"" + text + "\" should stand here, not " + token.shown());
    }
    return token;
  }

  Token expectName(String what) throws LitmusError {
    Token token = next();
    if (!token.isName()) {
      throw new LitmusError(token, what + " should stand here, not " + token.shown());
    }
    return token;
  }

  long expectNumber() throws LitmusError {
    boolean negative = takes("-");
    Token token = next();
    if (token.sort() != Token.Sort.NUMBER) {
      throw new LitmusError(token, "a number should stand here, not " + token.shown());
    }
    long number = number(token);
    return negative ? -number : number;
  }

  static long number(Token token) throws LitmusError {
    String text = token.text().replaceAll("[uUlL]+$", "");
    try {
      return text.equals("NULL") ? 0 : Long.decode(text);
    } catch (NumberFormatException e) {
      throw new LitmusError(token, token.shown() + " is no number");
    }
  }

  boolean atEnd() {
    return peek().sort() == Token.Sort.END;
  }

  /** The tokens from one place up to the present one, with blanks between. */
  String text(int from) {
    StringBuilder text = new StringBuilder();
    for (Token token : tokens.subList(from, at)) {
      boolean tight =
          text.isEmpty()
              || token.is(")")
              || token.is(":")
              || token.is("=")
              || text.charAt(text.length() - 1) == '('
              || text.charAt(text.length() - 1) == ':'
              || text.charAt(text.length() - 1) == '='
              || text.charAt(text.length() - 1) == '~';
      text.append(tight ? "" : " ").append(token.text());
    }
    return text.toString();
  }

  int place() {
    return at;
  }
}
