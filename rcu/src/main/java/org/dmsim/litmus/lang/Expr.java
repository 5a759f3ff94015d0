package org.dmsim.litmus.lang;

import java.util.List;

/** An expression of a litmus test's thread. */
public sealed interface Expr {

  /** A number, as written. */
  record Num(long value) implements Expr {}

  /** A register, a parameter (the address of a shared variable), or a shared variable's name. */
  record Name(String id, int line) implements Expr {}

  /** What an address points to: a plain access where it is not inside a primitive. */
  record Deref(Expr address, int line) implements Expr {}

  /** A unary operator: {@code -}, {@code !} or {@code ~}. */
  record Unary(String operator, Expr operand) implements Expr {}

  /** A binary operator of C. */
  record Binary(String operator, Expr left, Expr right) implements Expr {}

  /** A call of one of the kernel's primitives. */
  record Call(Primitive primitive, List<Expr> arguments, int line) implements Expr {}
}
