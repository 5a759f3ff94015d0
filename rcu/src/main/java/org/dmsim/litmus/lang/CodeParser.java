package org.dmsim.litmus.lang;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the statements of a thread. */
final class CodeParser {
  private static final Set<String> TYPES =
      Set.of(
          "int",
          "long",
          "short",
          "char",
          "unsigned",
          "signed",
          "intptr_t",
          "uintptr_t",
          "atomic_t",
          "spinlock_t",
          "struct",
          "void",
          "volatile",
          "const",
          "bool",
          "u64",
          "u32",
          "size_t");
  private static final List<List<String>> BINARY =
      List.of(
          List.of("||"),
          List.of("&&"),
          List.of("|"),
          List.of("^"),
          List.of("&"),
          List.of("==", "!="),
          List.of("<", ">", "<=", ">="),
          List.of("<<", ">>"),
          List.of("+", "-"),
          List.of("*", "/", "%"));

  private final TokenReader tokens;
  private final Map<String, Integer> called;

  /**
   * A parser of one thread.
   *
   * @param called is told each primitive's name and line
   */
  CodeParser(TokenReader tokens, Map<String, Integer> called) {
    this.tokens = tokens;
    this.called = called;
  }

  static boolean isType(Token token) {
    return token.isName() && TYPES.contains(token.text());
  }

  /** Goes over a type: its words and the name of a struct. */
  static void skipType(TokenReader tokens) {
    while (isType(tokens.peek())) {
      if (tokens.next().is("struct")) {
        tokens.next();
      }
    }
  }

  Stmt block() throws LitmusError {
    tokens.expect("{");
    List<Stmt> statements = new ArrayList<>();
    while (!tokens.takes("}")) {
      statement(statements);
    }
    return new Stmt.Block(List.copyOf(statements));
  }

  private Stmt one() throws LitmusError {
    List<Stmt> statements = new ArrayList<>();
    statement(statements);
    return statements.size() == 1 ? statements.getFirst() : new Stmt.Block(List.copyOf(statements));
  }

  private void statement(List<Stmt> into) throws LitmusError {
    Token token = tokens.peek();
    if (tokens.takes(";")) {
      return;
    }
    if (token.is("{")) {
      into.add(block());
    } else if (token.is("if")) {
      into.add(branch());
    } else if (token.is("while") || token.is("do") || token.is("for")) {
      loop(into);
    } else if (isType(token)) {
      declaration(into);
    } else {
      simple(into);
      tokens.expect(";");
    }
  }

  private Stmt branch() throws LitmusError {
    tokens.expect("if");
    tokens.expect("(");
    Expr condition = expression();
    tokens.expect(")");
    Stmt then = one();
    Stmt otherwise = tokens.takes("else") ? one() : new Stmt.Block(List.of());
    return new Stmt.If(condition, then, otherwise);
  }

  private void loop(List<Stmt> into) throws LitmusError {
    Token word = tokens.next();
    if (word.is("do")) {
      Stmt body = one();
      tokens.expect("while");
      tokens.expect("(");
      into.add(new Stmt.While(expression(), body, true, word.line()));
      tokens.expect(")");
      tokens.expect(";");
      return;
    }
    tokens.expect("(");
    if (word.is("while")) {
      Expr condition = expression();
      tokens.expect(")");
      into.add(new Stmt.While(condition, one(), false, word.line()));
      return;
    }
    if (isType(tokens.peek())) {
      declaration(into);
    } else {
      if (!tokens.sees(";")) {
        simple(into);
      }
      tokens.expect(";");
    }
    Expr condition = tokens.sees(";") ? new Expr.Num(1) : expression();
    tokens.expect(";");
    List<Stmt> step = new ArrayList<>();
    if (!tokens.sees(")")) {
      simple(step);
    }
    tokens.expect(")");
    List<Stmt> body = new ArrayList<>(List.of(one()));
    body.addAll(step);
    into.add(new Stmt.While(condition, new Stmt.Block(List.copyOf(body)), false, word.line()));
  }

  private void declaration(List<Stmt> into) throws LitmusError {
    skipType(tokens);
    do {
      while (tokens.takes("*") || tokens.takes("const")) {
        continue;
      }
      Token name = tokens.expectName("the name of a register");
      if (tokens.takes("=")) {
        into.add(new Stmt.Assign(new Expr.Name(name.text(), name.line()), expression()));
      }
    } while (tokens.takes(","));
    tokens.expect(";");
  }

  /** An assignment or a call. */
  private void simple(List<Stmt> into) throws LitmusError {
    Token first = tokens.peek();
    Expr left = unary();
    Token sign = tokens.peek();
    if (tokens.takes("=")) {
      into.add(new Stmt.Assign(target(left, first), expression()));
    } else if (tokens.takes("+=") || tokens.takes("-=")) {
      String operator = sign.text().substring(0, 1);
      into.add(new Stmt.Assign(target(left, first), new Expr.Binary(operator, left, expression())));
    } else if (tokens.takes("++") || tokens.takes("--")) {
      String operator = sign.text().substring(0, 1);
      into.add(
          new Stmt.Assign(target(left, first), new Expr.Binary(operator, left, new Expr.Num(1))));
    } else if (left instanceof Expr.Call) {
      into.add(new Stmt.Do(left));
    } else {
      throw new LitmusError(sign, "an assignment or a call should stand here");
    }
  }

  private static Expr target(Expr left, Token at) throws LitmusError {
    if (left instanceof Expr.Name || left instanceof Expr.Deref) {
      return left;
    }
    throw new LitmusError(at, "only a register or *pointer can be assigned to");
  }

  Expr expression() throws LitmusError {
    Expr condition = binary(0);
    if (tokens.sees("?")) {
      throw new LitmusError(tokens.peek(), "\"?:\" is not read: use if and else");
    }
    return condition;
  }

  private Expr binary(int level) throws LitmusError {
    if (level == BINARY.size()) {
      return unary();
    }
    Expr left = binary(level + 1);
    while (tokens.peek().sort() == Token.Sort.SIGN
        && BINARY.get(level).contains(tokens.peek().text())) {
      String operator = tokens.next().text();
      left = new Expr.Binary(operator, left, binary(level + 1));
    }
    return left;
  }

  private Expr unary() throws LitmusError {
    Token token = tokens.peek();
    if (tokens.takes("*")) {
      return new Expr.Deref(unary(), token.line());
    }
    if (tokens.takes("-") || tokens.takes("!") || tokens.takes("~")) {
      return new Expr.Unary(token.text(), unary());
    }
    if (tokens.takes("&")) {
      Expr operand = unary();
      return operand instanceof Expr.Deref deref ? deref.address() : operand;
    }
    if (token.is("(") && isType(tokens.peek(1))) {
      tokens.next();
      skipType(tokens);
      while (tokens.takes("*")) {
        continue;
      }
      tokens.expect(")");
      return unary();
    }
    return primary();
  }

  private Expr primary() throws LitmusError {
    Token token = tokens.next();
    if (token.is("(")) {
      Expr inner = expression();
      tokens.expect(")");
      return inner;
    }
    if (token.sort() == Token.Sort.NUMBER || token.is("NULL")) {
      return new Expr.Num(TokenReader.number(token));
    }
    if (!token.isName()) {
      throw new LitmusError(token, "an expression should stand here, not " + token.shown());
    }
    if (!tokens.sees("(")) {
      if (tokens.sees("[") || tokens.sees("->") || tokens.sees(".")) {
        throw new LitmusError(
            tokens.peek(), "arrays and members are not read: use one variable each");
      }
      return new Expr.Name(token.text(), token.line());
    }
    return call(token);
  }

  private Expr call(Token name) throws LitmusError {
    tokens.expect("(");
    List<Expr> arguments = new ArrayList<>();
    if (!tokens.sees(")")) {
      do {
        arguments.add(expression());
      } while (tokens.takes(","));
    }
    tokens.expect(")");
    if (name.is("likely") || name.is("unlikely")) {
      return arguments.getFirst();
    }
    Primitive primitive = Primitives.byName(name.text());
    if (primitive == null) {
      throw new LitmusError(
          name,
          name.text()
              + "() is no primitive of the memory model (tools/memory-model/linux-kernel.def)");
    }
    if (arguments.size() != primitive.parameters()) {
      throw new LitmusError(
          name,
          name.text()
              + "() takes "
              + primitive.parameters()
              + " arguments, not "
              + arguments.size());
    }
    called.putIfAbsent(name.text(), name.line());
    return new Expr.Call(primitive, List.copyOf(arguments), name.line());
  }
}
