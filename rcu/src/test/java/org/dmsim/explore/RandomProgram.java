package org.dmsim.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.dmsim.locking.Completion;
import org.dmsim.locking.Mutex;
import org.dmsim.locking.RwSemaphore;
import org.dmsim.locking.Semaphore;
import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;
import org.dmsim.memory.SharedInt;
import org.dmsim.rcu.Rcu;

/** A small program made by chance, the same one for the same seed. */
final class RandomProgram implements Program {

  /** What a task may do. */
  enum Kind {
    READ,
    WRITE,
    ADD,
    SUBTRACT,
    LOCKED,
    LOCK,
    DOWN,
    UP,
    WAIT_COMPLETION,
    COMPLETE,
    WAIT_AT_LEAST,
    WAIT_FOR,
    WAIT_TIMEOUT,
    READ_SEM,
    WRITE_SEM,
    IF_READ_WRITE,
    CHOOSE,
    SPAWN,
    INTERRUPT,
    SPIN_LOCKED,
    GRACE_PERIOD
  }

  private record Op(Kind kind, int object, int value, List<Op> nested) {}

  private final List<List<Op>> tasks = new ArrayList<>();
  private String state;

  RandomProgram(long seed, int maxTasks, int maxOps, Kind... kinds) {
    SplittableRandom r = new SplittableRandom(seed);
    int n = 2 + r.nextInt(maxTasks - 1);
    for (int i = 0; i < n; i++) {
      tasks.add(ops(r, 1 + r.nextInt(maxOps), kinds, 0));
    }
  }

  private static List<Op> ops(SplittableRandom r, int count, Kind[] kinds, int depth) {
    List<Op> ops = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Kind k = kinds[r.nextInt(kinds.length)];
      boolean nests =
          k == Kind.LOCKED || k == Kind.SPIN_LOCKED || k == Kind.READ_SEM || k == Kind.WRITE_SEM;
      boolean spawns = k == Kind.SPAWN;
      if (depth > 0 && (nests || spawns || k == Kind.GRACE_PERIOD)) {
        k = Kind.READ;
        nests = false;
        spawns = false;
      }
      List<Op> nested =
          nests || spawns ? ops(r, 1 + r.nextInt(spawns ? 1 : 2), kinds, 1) : List.of();
      ops.add(new Op(k, r.nextInt(2), 1 + r.nextInt(2), nested));
    }
    return ops;
  }

  /** The objects of one run. */
  private static final class World {
    final SharedInt[] x = {new SharedInt("x", 0), new SharedInt("y", 0)};
    final SpinLock[] spinLocks = {new SpinLock("e"), new SpinLock("f")};
    final Mutex[] locks = {new Mutex("a"), new Mutex("b")};
    final Semaphore[] semaphores = {new Semaphore("s", 1), new Semaphore("t", 0)};
    final Completion[] completions = {new Completion("c"), new Completion("d")};
    final RwSemaphore[] rw = {new RwSemaphore("r"), new RwSemaphore("q")};
  }

  @Override
  public void load(Machine m) {
    World[] w = new World[1];
    m.boot(() -> w[0] = new World());
    m.atEnd(() -> state = m.end() + " x=" + w[0].x[0].peek() + " y=" + w[0].x[1].peek());
    for (int i = 0; i < tasks.size(); i++) {
      List<Op> ops = tasks.get(i);
      m.spawnKthread("t" + i, () -> ops.forEach(op -> run(m, w[0], op)));
    }
  }

  /** What the last run came to. */
  String state() {
    return state;
  }

  private static void run(Machine m, World w, Op op) {
    SharedInt x = w.x[op.object];
    switch (op.kind) {
      case READ -> x.readOnce();
      case WRITE -> x.writeOnce(op.value);
      case ADD -> x.add(op.value);
      case SUBTRACT -> x.add(-op.value);
      case LOCKED -> {
        w.locks[op.object].lock();
        op.nested.forEach(o -> run(m, w, o));
        w.locks[op.object].unlock();
      }
      case SPIN_LOCKED -> {
        w.spinLocks[op.object].lock();
        op.nested.forEach(o -> run(m, w, o));
        w.spinLocks[op.object].unlock();
      }
      case GRACE_PERIOD -> Rcu.synchronize();
      case LOCK -> Sched.await(w.locks[op.object], Access.WRITE, w.locks[op.object]);
      case DOWN -> w.semaphores[op.object].down();
      case UP -> w.semaphores[op.object].up();
      case WAIT_COMPLETION -> w.completions[op.object].waitFor();
      case COMPLETE -> w.completions[op.object].complete();
      case WAIT_AT_LEAST -> Sched.await(x, Access.READ, new AtLeast(x, op.value));
      case WAIT_FOR -> Sched.await(x, Access.READ, new Exactly(x, op.value - 1));
      case WAIT_TIMEOUT -> {
        boolean came = Sched.await(x, Access.WRITE, new AtLeast(x, op.value), 1000);
        if (!came) {
          w.x[1 - op.object].writeOnce(7);
        }
      }
      case READ_SEM -> {
        w.rw[op.object].downRead();
        op.nested.forEach(o -> run(m, w, o));
        w.rw[op.object].upRead();
      }
      case WRITE_SEM -> {
        w.rw[op.object].downWrite();
        op.nested.forEach(o -> run(m, w, o));
        w.rw[op.object].upWrite();
      }
      case IF_READ_WRITE -> {
        if (x.readOnce() == op.value) {
          w.x[1 - op.object].writeOnce(op.value);
        }
      }
      case CHOOSE -> {
        if (m.chooseInt(2) == 1) {
          x.writeOnce(5);
        }
      }
      case INTERRUPT -> Task.current().cpu().raiseHardirq(() -> w.x[op.object].writeOnce(op.value));
      case SPAWN ->
          m.spawnKthread(
              "child of " + Task.current().name(), () -> op.nested.forEach(o -> run(m, w, o)));
    }
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder();
    tasks.forEach(t -> s.append(t).append('\n'));
    return s.toString();
  }

  private record AtLeast(SharedInt x, int value) implements Blocker {
    @Override
    public boolean ready() {
      return x.peek() >= value;
    }

    @Override
    public String waitsFor() {
      return x.label() + " >= " + value;
    }
  }

  private record Exactly(SharedInt x, int value) implements Blocker {
    @Override
    public boolean ready() {
      return x.peek() == value;
    }

    @Override
    public String waitsFor() {
      return x.label() + " == " + value;
    }
  }
}
