package org.dmsim.explore;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.dmsim.machine.Access;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Observer;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;
import org.dmsim.strategy.Lenient;
import org.dmsim.strategy.Recorder;
import org.dmsim.strategy.Schedule;

/**
 * Looks whether tasks of a run that was cut off can go on for ever without anything changing.
 *
 * <p>A search that is cut off has mostly let one task spin while another one, which would release
 * it, stood by. So the run is followed to some point and then continued fairly: every task that
 * could go on has its turn. What goes on even so, as the same steps with the same values over and
 * over, is a livelock, if every task that could go on at any point of the cycle makes a step in it,
 * everything that is changed in it tells its value, and nothing in it was left to chance or depends
 * on the time. What a task counts in a local variable cannot be seen: that a loop would end by
 * itself after more than {@link #LOOK} steps is not known.
 */
final class Livelocks {

  /** Steps of a fair continuation. */
  static final int LOOK = 4_096;

  /** A cycle must have been seen so often. */
  private static final int TIMES = 8;

  /** So often it is shown. */
  private static final int SHOWN = 2;

  /** Points of a run that are tried, and numbers of steps that make a turn. */
  private static final int POINTS = 24;

  private static final List<Integer> TURNS = List.of(1, 2);
  private static final int MAX_TASKS = 64;

  /** So many ways to end are remembered; one more is taken for one of them. */
  private static final int MAX_TAILS = 1_000;

  private final Program program;
  private final Configuration configuration;
  private final Set<Long> tails;

  /**
   * Looks at runs of a program.
   *
   * @param tails what {@link #tails} said where a search stopped that this one goes on with
   */
  Livelocks(Program program, Configuration configuration, List<Long> tails) {
    this.program = program;
    this.configuration = configuration;
    this.tails = new LinkedHashSet<>(tails);
  }

  /** Numbers of the ways in which runs ended that were looked at. */
  List<Long> tails() {
    return List.copyOf(tails);
  }

  /**
   * A livelock near a run that was cut off.
   *
   * @param number of the run in its search
   */
  Optional<SearchState.Sighting> look(long number, Schedule cut) {
    Continuation whole = run(new Continuation(cut, Long.MAX_VALUE, 1), configuration.maxSteps());
    boolean isNew = tails.size() < MAX_TAILS && tails.add(whole.tail());
    int points = isNew ? POINTS : 1;
    int period = whole.period(0);
    if (period > 0) {
      return continued(number, cut, whole.start(period, 0), points);
    }
    // Tasks were chosen by chance, and no turn of the loop was like another.
    Optional<SearchState.Sighting> early =
        isNew ? continued(number, cut, 0, points) : Optional.empty();
    return early.or(() -> continued(number, cut, whole.length / 2, points));
  }

  private Optional<SearchState.Sighting> continued(
      long number, Schedule cut, long from, int points) {
    for (long at = from; at < from + points; at++) {
      for (int turn : TURNS) {
        Continuation c = run(new Continuation(cut, at, turn), at + LOOK);
        int length = c.wasCut ? c.period((int) at) : 0;
        if (length > 0 && c.isFair(length)) {
          return Optional.of(sighting(number, new Continuation(cut, at, turn), c, length));
        }
      }
    }
    return Optional.empty();
  }

  private SearchState.Sighting sighting(
      long number, Continuation again, Continuation seen, int length) {
    long steps = seen.start(length, (int) again.from) + (long) SHOWN * length;
    Recorder recorder = new Recorder(again);
    Machine machine = new Machine(configuration.withMaxSteps(steps), recorder);
    program.load(machine);
    machine.observe(again);
    machine.run();
    return new SearchState.Sighting(
        number, recorder.schedule().toString(), new Cycle(steps, length));
  }

  private Continuation run(Continuation c, long maxSteps) {
    Machine machine = new Machine(configuration.withMaxSteps(maxSteps), c);
    program.load(machine);
    machine.observe(c);
    c.wasCut = machine.run().end() == Outcome.End.STEP_LIMIT;
    return c;
  }

  /** Follows a schedule to some point, and from there on gives every task its turn. */
  private static final class Continuation implements Strategy, Observer {
    private static final long PRIME = 0x100000001b3L;

    private final Lenient prefix;
    private final long from;
    private final int turn;
    private boolean wasCut;
    private long[] steps = new long[256];
    private long[] places = new long[256];
    private long[] able = new long[256];
    private byte[] acting = new byte[256];
    private boolean[] open = new boolean[256];
    private boolean[] silent = new boolean[256];
    private int length;
    private Machine machine;
    private int last;
    private int inTurn;

    Continuation(Schedule schedule, long from, int turn) {
      this.prefix = new Lenient(schedule);
      this.from = from;
      this.turn = turn;
    }

    @Override
    public boolean begin(Machine m) {
      machine = m;
      length = 0;
      last = 0;
      inTurn = 0;
      return prefix.begin(m);
    }

    @Override
    public Task next(Choice choice) {
      Task next = choice.step() <= from ? prefix.next(choice) : inTurn(choice);
      note(choice, next);
      return next;
    }

    private Task inTurn(Choice choice) {
      Task current = choice.current();
      if (current != null
          && current.index() == last
          && inTurn < turn
          && choice.isEnabled(current)) {
        inTurn++;
        return current;
      }
      inTurn = 1;
      for (int i = 1; i <= choice.taskCount(); i++) {
        Task t = choice.task((last + i) % choice.taskCount());
        if (choice.isEnabled(t)) {
          last = t.index();
          return t;
        }
      }
      throw new IllegalStateException("asked for a task where none can go on");
    }

    private void note(Choice choice, Task next) {
      if (length == steps.length) {
        grow();
      }
      long mask = 0;
      for (int i = 1; i < Math.min(MAX_TASKS, choice.taskCount()); i++) {
        mask |= choice.isEnabled(choice.task(i)) ? 1L << i : 0;
      }
      able[length] = mask;
      acting[length] = (byte) Math.min(Byte.MAX_VALUE, next.index());
      steps[length] = next.index() + 1;
      places[length] = next.index() + 1;
      open[length] = choice.taskCount() > MAX_TASKS;
      silent[length] = false;
      length++;
    }

    private void grow() {
      steps = Arrays.copyOf(steps, length * 2);
      places = Arrays.copyOf(places, length * 2);
      able = Arrays.copyOf(able, length * 2);
      acting = Arrays.copyOf(acting, length * 2);
      open = Arrays.copyOf(open, length * 2);
      silent = Arrays.copyOf(silent, length * 2);
    }

    private void mix(long what) {
      if (length > 0) {
        steps[length - 1] = mixed(steps[length - 1], what);
      }
    }

    private void mix(Shared object, Access access) {
      long what = object.id() * 4 + access.ordinal();
      mix(what);
      if (length > 0) {
        places[length - 1] = mixed(places[length - 1], what);
      }
    }

    private static long mixed(long hash, long what) {
      return (hash ^ what) * PRIME;
    }

    @Override
    public int nextInt(int bound) {
      if (machine.step() <= from) {
        return prefix.nextInt(bound);
      }
      open[length - 1] = true; // it could have gone another way
      return 0;
    }

    /** What a step changes without telling its value may be another state each time. */
    @Override
    public void step(Task task, Shared object, Access access) {
      if (object != null && length > 0) {
        mix(object, access);
        silent[length - 1] = access != Access.READ;
      }
    }

    @Override
    public void touch(Task task, Shared object, Access access) {
      if (length > 0) {
        mix(object, access);
        // Preemption goes off and on by turns, so its state is that of the step.
        boolean preemption = access == Access.ADD && object == task.cpu().context();
        boolean changes = access != Access.READ && !preemption;
        open[length - 1] |= changes || object.label().equals("time");
      }
    }

    @Override
    public boolean wantsValues() {
      return true;
    }

    @Override
    public void value(Task task, Object value) {
      mix(Objects.hashCode(value));
      if (length > 0) {
        silent[length - 1] = false;
      }
    }

    /**
     * A number for how the run ended: which steps were made in its second half, whatever their
     * order and values, and before which steps all other tasks stood.
     */
    long tail() {
      long[] made = Arrays.copyOfRange(places, length / 2, length);
      Arrays.sort(made);
      long tail = 1;
      for (int i = 0; i < made.length; i++) {
        tail = i > 0 && made[i] == made[i - 1] ? tail : mixed(tail, made[i]);
      }
      boolean[] acts = new boolean[Byte.MAX_VALUE + 1];
      for (int i = length / 2; i < length; i++) {
        acts[acting[i]] = true;
      }
      for (int i = 1; i < machine.taskCount(); i++) {
        Task t = machine.task(i);
        Shared before = t.pendingObject();
        if (!t.isDone() && !acts[Math.min(Byte.MAX_VALUE, i)]) {
          tail = mixed(mixed(tail, i), before == null ? 0 : before.id());
        }
      }
      return tail;
    }

    /** The number of steps after which everything repeats, at the end of the run; 0 if nothing. */
    int period(int start) {
      int longest = (length - start) / TIMES;
      for (int p = 1; p <= longest; p++) {
        if (length - start(p, start) >= Math.max((long) TIMES * p, (length - start) / 2)) {
          return p;
        }
      }
      return 0;
    }

    /** How many steps come before those that repeat. */
    int start(int period, int atLeast) {
      int i = length - 1;
      while (i - period >= atLeast && steps[i] == steps[i - period]) {
        i--;
      }
      return i - period + 1;
    }

    /** Whether all who could go on in the cycle do, and nothing in it could go another way. */
    boolean isFair(int period) {
      long could = 0;
      long did = 0;
      for (int i = length - period; i < length; i++) {
        if (open[i] || silent[i] || acting[i] >= MAX_TASKS) {
          return false;
        }
        could |= able[i];
        did |= 1L << acting[i];
      }
      return (could & ~did) == 0;
    }
  }
}
