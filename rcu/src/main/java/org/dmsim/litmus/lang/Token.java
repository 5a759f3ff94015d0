package org.dmsim.litmus.lang;

/**
 * One word of a litmus test.
 *
 * @param text as written; empty at the end of the test
 * @param line counted from 1
 * @param column counted from 1
 */
record Token(Sort sort, String text, int line, int column) {

  /** What a token is. */
  enum Sort {
    NAME,
    NUMBER,
    SIGN,
    END
  }

  boolean is(String sign) {
    return sort != Sort.NUMBER && text.equals(sign);
  }

  boolean isName() {
    return sort == Sort.NAME;
  }

  /** As an error tells it. */
  String shown() {
    return sort == Sort.END ? "the end of the test" : "\"" + text + "\"";
  }
}
