package org.dmsim.scenarios.door;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/**
 * The machine that answers programs. Each of their threads is a task of it, which sleeps in user
 * mode until its next call; a task named {@code door} lets the calls in, whenever nobody else can
 * go on. All of it is one thread, so that a call costs two switches of the host's and no more.
 *
 * <p>Virtual time stands still while no call is being made. Where calls are being made and all of
 * them wait, time goes on as soon as no program has called for a moment.
 */
final class DoorMachine {

  /** What a call takes, ns: a program that asks again and again must not stop the clock. */
  private static final long CALL = 20_000;

  /** How long to wait, ms of the host's, for another call before virtual time goes on. */
  private static final long GRACE = 1;

  /** Where the calls come from. */
  interface Outside {
    /**
     * Lets one call in, and hands what the model is to do to {@link DoorMachine#perform}.
     *
     * @param milliseconds to wait at most; negative for without end
     * @return false if none came
     */
    boolean admit(long milliseconds);

    /**
     * Whether virtual time may pass, since no call came: no program is on the way to one, and none
     * waits for what another did before it stood.
     */
    default boolean areStanding() {
      return true;
    }

    /** Calls so far have been made: what they led to stands, whatever becomes of the programs. */
    default void look() {}
  }

  /** A thread of a program. */
  private final class Caller extends Shared implements Blocker {
    private final ArrayDeque<Runnable> calls = new ArrayDeque<>();
    private final String comm;
    private Task task;
    private int tid;
    private boolean busy;

    /** Whether its program is gone; null for a call that goes to its end all the same. */
    private BooleanSupplier gone;

    private boolean killed;

    Caller(String comm) {
      super(comm);
      this.comm = comm;
    }

    void body() {
      while (true) {
        Sched.await(this, Access.READ, this);
        Runnable call = calls.poll();
        if (call == null) {
          return;
        }
        try {
          call.run();
        } finally {
          interruptible.remove(this);
          busy = false;
          inFlight--;
        }
      }
    }

    @Override
    public boolean ready() {
      return over || !calls.isEmpty();
    }

    @Override
    public String waitsFor() {
      return "the next call of " + comm;
    }
  }

  /** When the door may be looked at: always, but for when virtual time is to go on first. */
  private final class Gate extends Shared implements Blocker {
    private long stoodAt = -1;

    Gate() {
      super("door");
    }

    @Override
    public boolean ready() {
      return (setUp == null || setUp.isDone()) && (stoodAt < 0 || machine.now() != stoodAt);
    }

    @Override
    public String waitsFor() {
      return "programs";
    }
  }

  private final Machine machine;
  private final GateLast strategy;
  private final Map<Integer, Caller> callers = new LinkedHashMap<>();
  private final List<Caller> workers = new ArrayList<>();
  private final List<Caller> interruptible = new ArrayList<>();
  private Task setUp;
  private int inFlight;
  private boolean over;

  /**
   * A machine whose disks are still to be made.
   *
   * @param inner who is chosen where several tasks could go on; null for the one that is running
   */
  DoorMachine(Configuration configuration, Strategy inner) {
    strategy = new GateLast(inner);
    machine = new Machine(configuration.withMaxSteps(Long.MAX_VALUE), strategy);
  }

  /** Who else than the machine's tasks could go on is asked there. */
  void goInStepWith(GateLast.Callers callers) {
    strategy.goInStepWith(callers);
  }

  /** Which of so many is next. */
  int choose(int bound) {
    return bound == 1 ? 0 : strategy.nextInt(bound);
  }

  Machine machine() {
    return machine;
  }

  /** The task that has to end before programs are let in. */
  void letInAfter(Task task) {
    setUp = task;
  }

  /** Runs it until {@link #end}, and until all that can end has ended. */
  Outcome run(Outside outside) {
    strategy.putLast(machine.spawn("door", () -> letIn(outside)));
    return machine.run();
  }

  private void letIn(Outside outside) {
    Gate gate = new Gate();
    while (!over) {
      Sched.await(gate, Access.READ, gate);
      gate.stoodAt = -1;
      killThoseGone();
      outside.look();
      boolean timeMayPass = inFlight > 0 && machine.isTimeAwaited();
      if (outside.admit(timeMayPass ? GRACE : -1)) {
        machine.spend(CALL);
      } else if (timeMayPass && outside.areStanding()) {
        gate.stoodAt = machine.now();
      }
    }
  }

  /** No call is let in any more, and threads that wait for their next one end. */
  void end() {
    over = true;
  }

  /** How many calls are being made. */
  int inFlight() {
    return inFlight;
  }

  /** Makes a call in the task of a program's thread. */
  void perform(int tid, Runnable call) {
    start(callerOf(tid), call);
  }

  /**
   * As {@link #perform}, where the kernel waits interruptibly: a program that is gone has its task
   * killed.
   */
  void performInterruptibly(int tid, Runnable call, BooleanSupplier gone) {
    Caller c = callerOf(tid);
    c.gone = gone;
    interruptible.add(c);
    start(c, call);
  }

  private Caller callerOf(int tid) {
    Caller c = callers.get(tid);
    // A busy one is that of a thread which died with the same number.
    return c == null || c.busy || c.killed ? caller(tid, Threads.comm(tid)) : c;
  }

  private void killThoseGone() {
    if (interruptible.isEmpty()) {
      return;
    }
    for (Caller c : List.copyOf(interruptible)) {
      if (c.busy && !c.killed && c.gone.getAsBoolean()) {
        c.killed = true;
        machine.exposeToKill(c.task);
        machine.kill(c.task);
      }
    }
  }

  /** As {@link #perform}, where the thread may have become another program since. */
  void performAs(int tid, String comm, Runnable call) {
    Caller c = callers.get(tid);
    start(c == null || c.busy || c.killed || !c.comm.equals(comm) ? caller(tid, comm) : c, call);
  }

  /** Does work on nobody's account, in a task of its own. */
  void performInBackground(String comm, Runnable work) {
    Caller worker = null;
    for (Caller w : workers) {
      if (!w.busy && w.comm.equals(comm)) {
        worker = w;
        break;
      }
    }
    if (worker == null) {
      worker = spawned(comm);
      workers.add(worker);
    }
    start(worker, work);
  }

  private void start(Caller c, Runnable call) {
    c.busy = true;
    inFlight++;
    c.calls.add(call);
  }

  /** A new task, or that of a thread of the same name which is gone. */
  private Caller caller(int tid, String comm) {
    Caller found = null;
    for (Caller c : callers.values()) {
      if (!c.busy && !c.killed && c.comm.equals(comm) && (c.tid == tid || !Threads.lives(c.tid))) {
        found = c;
        break;
      }
    }
    if (found == null) {
      found = spawned(comm);
    } else {
      callers.remove(found.tid);
    }
    found.tid = tid;
    callers.put(tid, found);
    return found;
  }

  private Caller spawned(String comm) {
    Caller c = new Caller(comm);
    c.task = machine.spawn(comm, c::body);
    return c;
  }
}
