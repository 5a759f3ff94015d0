package org.dmsim.litmus.lang;

import java.util.ArrayList;
import java.util.List;

/** Cuts a litmus test into tokens; comments are C's, C++'s and OCaml's, as herd7 takes them. */
final class Lexer {
  private static final List<String> SIGNS =
      List.of(
          "<<", ">>", "/\\", "\\/", "==", "!=", "<=", ">=", "&&", "||", "++", "--", "+=", "-=",
          "->", "~");

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int depth;
  private int line;
  private int column = 1;

  private Lexer(String text, int at, int line) {
    this.text = text;
    this.at = at;
    this.line = line;
  }

  /**
   * The tokens from a place on, with one of {@link Token.Sort#END} behind them.
   *
   * @param line the line of that place, counted from 1
   */
  static List<Token> read(String text, int at, int line) throws LitmusError {
    Lexer lexer = new Lexer(text, at, line);
    lexer.run();
    return lexer.tokens;
  }

  private void run() throws LitmusError {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c)) {
        advance(1);
      } else if (text.startsWith("//", at)) {
        skipTo("\n", false);
      } else if (text.startsWith("/*", at)) {
        skipTo("*/", true);
      } else if (text.startsWith("(*", at) && !isDereference()) {
        skipTo("*)", true);
      } else if (c == '"') {
        int end = text.indexOf('"', at + 1);
        if (end < 0) {
          throw new LitmusError(line, column, "the string that begins here does not end");
        }
        advance(end + 1 - at);
      } else if (Character.isLetter(c) || c == '_') {
        word(Token.Sort.NAME);
      } else if (Character.isDigit(c)) {
        word(Token.Sort.NUMBER);
      } else {
        sign();
      }
    }
    tokens.add(new Token(Token.Sort.END, "", line, column));
  }

  /**
   * "(*x)" and "(*(int **)x)" dereference; "(* ... *)" is a comment. Inside a function's braces it
   * is C, unless a blank or a star stands behind.
   */
  private boolean isDereference() {
    char behind = at + 2 < text.length() ? text.charAt(at + 2) : ' ';
    if (depth > 0) {
      return !Character.isWhitespace(behind) && behind != '*';
    }
    return (Character.isLetter(behind) || behind == '_')
        && !text.startsWith("*)", text.indexOf(')', at) - 1);
  }

  private void word(Token.Sort sort) {
    int end = at;
    while (end < text.length()
        && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
      end++;
    }
    tokens.add(new Token(sort, text.substring(at, end), line, column));
    advance(end - at);
  }

  private void sign() {
    String found = String.valueOf(text.charAt(at));
    for (String sign : SIGNS) {
      if (text.startsWith(sign, at)) {
        found = sign;
        break;
      }
    }
    depth += found.equals("{") ? 1 : found.equals("}") ? -1 : 0;
    tokens.add(new Token(Token.Sort.SIGN, found, line, column));
    advance(found.length());
  }

  private void skipTo(String end, boolean needed) throws LitmusError {
    int found = text.indexOf(end, at + Math.min(2, text.length() - at));
    if (found < 0) {
      if (needed) {
        throw new LitmusError(line, column, "the comment that begins here does not end");
      }
      found = text.length() - end.length();
    }
    advance(found + end.length() - at);
  }

  private void advance(int characters) {
    for (int i = 0; i < characters; i++) {
      if (text.charAt(at++) == '\n') {
        line++;
        column = 1;
      } else {
        column++;
      }
    }
  }
}
