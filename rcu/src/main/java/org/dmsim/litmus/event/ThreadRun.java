package org.dmsim.litmus.event;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.litmus.event.Event.Mark;
import org.dmsim.litmus.lang.Expr;
import org.dmsim.litmus.lang.Fence;
import org.dmsim.litmus.lang.LitmusError;
import org.dmsim.litmus.lang.LitmusTest;
import org.dmsim.litmus.lang.Order;
import org.dmsim.litmus.lang.Primitive;
import org.dmsim.litmus.lang.Stmt;

/**
 * Follows a thread through its code, with the values that a {@link Memory} gives its reads, and
 * notes its events and what they depend on.
 */
final class ThreadRun {
  /** Rounds of a loop that are followed. */
  static final int ROUNDS = 4;

  /** Dependencies are bits of a long. */
  private static final int EVENTS = 64;

  private final LitmusTest test;
  private final int thread;
  private final Memory memory;
  private final List<Event> events = new ArrayList<>();
  private final Map<String, Tainted> registers = new HashMap<>();
  private long control;
  private boolean cut;

  /** A value and the reads that it depends on, as bits of their indexes. */
  private record Tainted(long value, long reads) {}

  /** Ends a thread at an access through what is no address. */
  private static final class Crash extends DeadWay {
    private static final long serialVersionUID = 1L;

    private final transient WildAccess access;

    Crash(WildAccess access) {
      super("no address: " + access.value());
      this.access = access;
    }
  }

  private ThreadRun(LitmusTest test, int thread, Memory memory) {
    this.test = test;
    this.thread = thread;
    this.memory = memory;
    test.registers()
        .get(thread)
        .forEach((name, value) -> registers.put(name, new Tainted(value, 0)));
  }

  /**
   * Runs a thread from its beginning.
   *
   * @throws DeadWay if no execution can go this way
   * @throws LitmusError if the thread does what is not judged
   */
  static Way run(LitmusTest test, int thread, Memory memory) throws DeadWay, LitmusError {
    ThreadRun run = new ThreadRun(test, thread, memory);
    WildAccess wild = null;
    try {
      run.statement(test.threads().get(thread));
    } catch (Crash crash) {
      wild = crash.access;
    }
    Map<String, Long> end = new HashMap<>();
    run.registers.forEach((name, value) -> end.put(name, value.value));
    return new Way(thread, List.copyOf(run.events), end, run.cut, wild);
  }

  private void statement(Stmt statement) throws DeadWay, LitmusError {
    switch (statement) {
      case Stmt.Block block -> {
        for (Stmt inner : block.statements()) {
          if (cut) {
            return;
          }
          statement(inner);
        }
      }
      case Stmt.Do call -> evaluate(call.call());
      case Stmt.Assign assign -> assign(assign);
      case Stmt.If branch -> {
        Tainted condition = evaluate(branch.condition());
        long before = control;
        control |= condition.reads;
        statement(condition.value != 0 ? branch.then() : branch.otherwise());
        control = before;
      }
      case Stmt.While loop -> loop(loop);
    }
  }

  private void loop(Stmt.While loop) throws DeadWay, LitmusError {
    long before = control;
    for (int round = 0; ; round++) {
      if (!loop.testLast() || round > 0) {
        Tainted condition = evaluate(loop.condition());
        control |= condition.reads;
        if (condition.value == 0) {
          break;
        }
      }
      if (round == ROUNDS) {
        cut = true;
        break;
      }
      statement(loop.body());
      if (cut) {
        break;
      }
    }
    control = before;
  }

  private void assign(Stmt.Assign assign) throws DeadWay, LitmusError {
    Tainted value = evaluate(assign.value());
    switch (assign.target()) {
      case Expr.Name name when isShared(name.id()) ->
          throw new LitmusError(
              name.line(), 1, name.id() + " is an address here: write to it with *" + name.id());
      case Expr.Name name -> registers.put(name.id(), value);
      case Expr.Deref deref -> {
        Tainted address = evaluate(deref.address());
        write(Mark.PLAIN_WRITE, address, value, deref.line(), -1);
      }
      default -> throw new IllegalStateException("the parser lets nothing else be assigned to");
    }
  }

  private boolean isShared(String name) {
    return test.parameters().get(thread).containsKey(name);
  }

  private Tainted evaluate(Expr expression) throws DeadWay, LitmusError {
    return switch (expression) {
      case Expr.Num number -> new Tainted(number.value(), 0);
      case Expr.Name name -> named(name);
      case Expr.Deref deref -> read(Mark.PLAIN_READ, evaluate(deref.address()), deref.line());
      case Expr.Unary unary -> {
        Tainted operand = evaluate(unary.operand());
        yield new Tainted(Arithmetic.apply(unary.operator(), operand.value), operand.reads);
      }
      case Expr.Binary binary -> {
        Tainted left = evaluate(binary.left());
        boolean decided =
            binary.operator().equals("&&") && left.value == 0
                || binary.operator().equals("||") && left.value != 0;
        Tainted right = decided ? left : evaluate(binary.right());
        yield new Tainted(
            Arithmetic.apply(binary.operator(), left.value, right.value), left.reads | right.reads);
      }
      case Expr.Call call -> call(call);
    };
  }

  private Tainted named(Expr.Name name) {
    Tainted register = registers.get(name.id());
    if (register != null) {
      return register;
    }
    int location = test.parameters().get(thread).getOrDefault(name.id(), -1);
    if (location < 0) {
      location = test.locations().indexOf(name.id());
    }
    return new Tainted(location < 0 ? 0 : LitmusTest.address(location), 0);
  }

  private Tainted call(Expr.Call call) throws DeadWay, LitmusError {
    Primitive primitive = call.primitive();
    List<Expr> arguments = call.arguments();
    return switch (primitive.shape()) {
      case FENCE -> {
        fence(primitive.fence(), call.line());
        yield new Tainted(0, 0);
      }
      case LOAD ->
          read(
              primitive.order() == Order.ACQUIRE ? Mark.ACQUIRE : Mark.READ_ONCE,
              address(call, arguments.getFirst()),
              call.line());
      case STORE -> {
        Tainted address = address(call, arguments.getFirst());
        Tainted value = evaluate(arguments.get(1));
        Mark mark = primitive.order() == Order.RELEASE ? Mark.RELEASE : Mark.WRITE_ONCE;
        write(mark, address, value, call.line(), -1);
        if (primitive.fence() != null) {
          fence(primitive.fence(), call.line());
        }
        yield new Tainted(0, 0);
      }
      case XCHG, CMPXCHG, TRY_CMPXCHG, ADD_UNLESS, ATOMIC_OP, OP_RETURN, FETCH_OP -> modify(call);
      case LOCK -> {
        Tainted lock = evaluate(arguments.getFirst());
        memory.lock(location(lock, call.line()));
        taken(lock, call.line());
        yield new Tainted(0, 0);
      }
      case UNLOCK -> {
        Tainted lock = evaluate(arguments.getFirst());
        memory.unlock(location(lock, call.line()));
        add(Mark.UNLOCK, location(lock, call.line()), 0, call.line(), -1, lock.reads, 0);
        yield new Tainted(0, 0);
      }
      case TRYLOCK -> {
        Tainted lock = evaluate(arguments.getFirst());
        if (memory.tryLock(location(lock, call.line()))) {
          yield new Tainted(1, 1L << taken(lock, call.line()));
        }
        int index =
            add(Mark.LOCK_FAIL, location(lock, call.line()), 1, call.line(), -1, lock.reads, 0);
        yield new Tainted(0, 1L << index);
      }
      case IS_LOCKED -> {
        Tainted lock = evaluate(arguments.getFirst());
        boolean locked = memory.isLocked(location(lock, call.line()));
        Mark mark = locked ? Mark.LOCK_FAIL : Mark.LOCK_FREE;
        int index =
            add(mark, location(lock, call.line()), locked ? 1 : 0, call.line(), -1, lock.reads, 0);
        yield new Tainted(locked ? 1 : 0, 1L << index);
      }
      case SRCU_LOCK -> read(Mark.SRCU_LOCK, evaluate(arguments.getFirst()), call.line());
      case SRCU_UNLOCK -> {
        Tainted domain = evaluate(arguments.getFirst());
        write(Mark.SRCU_UNLOCK, domain, evaluate(arguments.get(1)), call.line(), -1);
        yield new Tainted(0, 0);
      }
      case SYNC_SRCU -> {
        Tainted domain = evaluate(arguments.getFirst());
        add(Mark.SYNC_SRCU, location(domain, call.line()), 0, call.line(), -1, domain.reads, 0);
        yield new Tainted(0, 0);
      }
    };
  }

  /** The address that a primitive works on: of the variable named, or the argument itself. */
  private Tainted address(Expr.Call call, Expr argument) throws DeadWay, LitmusError {
    if (!call.primitive().lvalue()) {
      return evaluate(argument);
    }
    if (argument instanceof Expr.Deref deref) {
      return evaluate(deref.address());
    }
    throw new LitmusError(
        call.line(), 1, call.primitive().name() + "() takes a variable: *pointer");
  }

  private Tainted modify(Expr.Call call) throws DeadWay, LitmusError {
    Primitive primitive = call.primitive();
    List<Expr> arguments = call.arguments();
    boolean addressLast =
        switch (primitive.shape()) {
          case ATOMIC_OP, OP_RETURN, FETCH_OP -> true;
          default -> false;
        };
    int line = call.line();
    Tainted address = evaluate(addressLast ? arguments.getLast() : arguments.getFirst());
    Tainted first =
        primitive.operand() != null
            ? new Tainted(primitive.operand(), 0)
            : evaluate(addressLast ? arguments.getFirst() : arguments.get(1));
    Tainted second = arguments.size() > 2 ? evaluate(arguments.get(2)) : new Tainted(0, 0);
    int location = location(address, line);
    long old = memory.read(location);
    boolean writes =
        switch (primitive.shape()) {
          case CMPXCHG, TRY_CMPXCHG -> old == first.value;
          case ADD_UNLESS -> old != second.value;
          default -> true;
        };
    if (!writes) {
      int index = add(Mark.READ_ONCE, location, old, line, -1, address.reads, 0);
      return new Tainted(primitive.shape() == Primitive.Shape.ADD_UNLESS ? 0 : old, 1L << index);
    }
    boolean full = primitive.order() == Order.MB;
    if (full) {
      fence(Fence.MB, line);
    }
    Mark readMark =
        switch (primitive.order()) {
          case ACQUIRE -> Mark.ACQUIRE;
          case NORETURN -> Mark.NORETURN;
          default -> Mark.READ_ONCE;
        };
    int read = add(readMark, location, old, line, -1, address.reads, 0);
    long value =
        switch (primitive.shape()) {
          case XCHG -> first.value;
          case CMPXCHG, TRY_CMPXCHG -> second.value;
          default -> Arithmetic.apply(primitive.operator(), old, first.value);
        };
    long data =
        switch (primitive.shape()) {
          case XCHG -> first.reads;
          case CMPXCHG, TRY_CMPXCHG -> second.reads;
          default -> first.reads | 1L << read;
        };
    Mark writeMark = primitive.order() == Order.RELEASE ? Mark.RELEASE : Mark.WRITE_ONCE;
    memory.write(location, value);
    add(writeMark, location, value, line, read, address.reads, data);
    if (full) {
      fence(Fence.MB, line);
    }
    long result =
        switch (primitive.shape()) {
          case ATOMIC_OP -> 0;
          case ADD_UNLESS -> 1;
          case OP_RETURN ->
              primitive.test() == null
                  ? value
                  : primitive.test().equals("== 0") ? (value == 0 ? 1 : 0) : value < 0 ? 1 : 0;
          default -> old;
        };
    return new Tainted(result, 1L << read);
  }

  /** The two events of a lock that is got; the index of the read. */
  private int taken(Tainted lock, int line) throws LitmusError, DeadWay {
    int read = add(Mark.LOCK_READ, location(lock, line), 0, line, -1, lock.reads, 0);
    add(Mark.LOCK_WRITE, location(lock, line), 1, line, read, lock.reads, 0);
    return read;
  }

  private Tainted read(Mark mark, Tainted address, int line) throws DeadWay, LitmusError {
    int location = location(address, line);
    long value = memory.read(location);
    int index = add(mark, location, value, line, -1, address.reads, 0);
    return new Tainted(value, 1L << index);
  }

  private void write(Mark mark, Tainted address, Tainted value, int line, int rmwRead)
      throws DeadWay, LitmusError {
    int location = location(address, line);
    memory.write(location, value.value);
    add(mark, location, value.value, line, rmwRead, address.reads, value.reads);
  }

  private int location(Tainted address, int line) throws Crash {
    int location = test.location(address.value);
    if (location < 0) {
      throw new Crash(new WildAccess(thread, line, address.value));
    }
    return location;
  }

  private void fence(Fence fence, int line) throws LitmusError {
    full(line);
    events.add(new Event(events.size(), null, fence, -1, 0, line, -1, 0, 0, control));
  }

  private int add(Mark mark, int location, long value, int line, int rmwRead, long addr, long data)
      throws LitmusError {
    full(line);
    events.add(
        new Event(events.size(), mark, null, location, value, line, rmwRead, addr, data, control));
    return events.size() - 1;
  }

  private void full(int line) throws LitmusError {
    if (events.size() == EVENTS) {
      throw new LitmusError(line, 1, "a thread with more than " + EVENTS + " events is not judged");
    }
  }
}
