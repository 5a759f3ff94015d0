package org.dmsim.litmus.event;

/** C's operators on the values of a litmus test. */
final class Arithmetic {
  private Arithmetic() {}

  static long apply(String operator, long operand) {
    return switch (operator) {
      case "-" -> -operand;
      case "!" -> operand == 0 ? 1 : 0;
      case "~" -> ~operand;
      default -> throw new IllegalArgumentException(operator);
    };
  }

  /** A division by zero gives 0: no test means it. */
  static long apply(String operator, long left, long right) {
    return switch (operator) {
      case "+" -> left + right;
      case "-" -> left - right;
      case "*" -> left * right;
      case "/" -> right == 0 ? 0 : left / right;
      case "%" -> right == 0 ? 0 : left % right;
      case "&" -> left & right;
      case "|" -> left | right;
      case "^" -> left ^ right;
      case "&~" -> left & ~right;
      case "<<" -> left << right;
      case ">>" -> left >> right;
      case "==" -> left == right ? 1 : 0;
      case "!=" -> left != right ? 1 : 0;
      case "<" -> left < right ? 1 : 0;
      case ">" -> left > right ? 1 : 0;
      case "<=" -> left <= right ? 1 : 0;
      case ">=" -> left >= right ? 1 : 0;
      case "&&" -> left != 0 && right != 0 ? 1 : 0;
      case "||" -> left != 0 || right != 0 ? 1 : 0;
      default -> throw new IllegalArgumentException(operator);
    };
  }
}
