package org.dmsim.litmus.event;

import java.util.Set;
import java.util.TreeSet;
import org.dmsim.litmus.lang.Condition;
import org.dmsim.litmus.lang.Expr;
import org.dmsim.litmus.lang.LitmusTest;
import org.dmsim.litmus.lang.Stmt;

/** The numbers and addresses that a test names. */
final class Constants {
  private final LitmusTest test;
  private final Set<Long> found = new TreeSet<>();

  private Constants(LitmusTest test) {
    this.test = test;
  }

  static Set<Long> of(LitmusTest test) {
    Constants constants = new Constants(test);
    constants.found.addAll(test.initial());
    test.registers().forEach(registers -> constants.found.addAll(registers.values()));
    test.threads().forEach(constants::statement);
    constants.condition(test.condition());
    constants.condition(test.filter());
    return constants.found;
  }

  private void statement(Stmt statement) {
    switch (statement) {
      case Stmt.Block block -> block.statements().forEach(this::statement);
      case Stmt.Do call -> expression(call.call(), false);
      case Stmt.Assign assign -> {
        expression(assign.target(), false);
        expression(assign.value(), true);
      }
      case Stmt.If branch -> {
        expression(branch.condition(), true);
        statement(branch.then());
        statement(branch.otherwise());
      }
      case Stmt.While loop -> {
        expression(loop.condition(), true);
        statement(loop.body());
      }
    }
  }

  /** A name is a value where it stands for an address that is handed on. */
  private void expression(Expr expression, boolean value) {
    switch (expression) {
      case Expr.Num number -> found.add(number.value());
      case Expr.Name name -> {
        int location = test.locations().indexOf(name.id());
        if (value && location >= 0) {
          found.add(LitmusTest.address(location));
        }
      }
      case Expr.Deref deref -> expression(deref.address(), false);
      case Expr.Unary unary -> expression(unary.operand(), true);
      case Expr.Binary binary -> {
        expression(binary.left(), true);
        expression(binary.right(), true);
      }
      case Expr.Call call -> {
        for (int i = 0; i < call.arguments().size(); i++) {
          expression(call.arguments().get(i), i > 0);
        }
      }
    }
  }

  private void condition(Condition condition) {
    switch (condition) {
      case Condition.True always -> {}
      case Condition.Not not -> condition(not.operand());
      case Condition.And and -> and.operands().forEach(this::condition);
      case Condition.Or or -> or.operands().forEach(this::condition);
      case Condition.Atom atom -> {
        for (Condition.Term term : new Condition.Term[] {atom.left(), atom.right()}) {
          if (term instanceof Condition.Term.Value value) {
            found.add(value.value());
          }
        }
      }
    }
  }
}
