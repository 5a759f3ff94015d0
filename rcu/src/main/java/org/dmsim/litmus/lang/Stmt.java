package org.dmsim.litmus.lang;

import java.util.List;

/** A statement of a litmus test's thread. */
public sealed interface Stmt {

  /** To a register, or (plainly) to what an address points to. */
  record Assign(Expr target, Expr value) implements Stmt {}

  /** A call for what it does. */
  record Do(Expr call) implements Stmt {}

  /** Two ways; control dependencies reach what stands in the ways, not what follows them. */
  record If(Expr condition, Stmt then, Stmt otherwise) implements Stmt {}

  /**
   * A loop: not in herd7's language. It is followed for a bounded number of rounds; runs that would
   * go on are left out, and the verdict says so.
   */
  record While(Expr condition, Stmt body, boolean testLast, int line) implements Stmt {}

  /** Several, one after the other. */
  record Block(List<Stmt> statements) implements Stmt {}
}
