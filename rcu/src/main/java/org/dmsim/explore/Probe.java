package org.dmsim.explore;

import org.dmsim.machine.Access;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Observer;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/** Makes part of a run, to see whether a task could go on behind it. */
final class Probe implements Strategy {

  /** Only what a whole run tells decides what is dependent, so nothing is learnt here. */
  private final Observer unasked =
      new Observer() {
        @Override
        public void step(Task task, Shared object, Access access) {
          touches |= object != task.pendingObject();
        }

        @Override
        public void touch(Task task, Shared object, Access access) {
          touches = true;
        }

        @Override
        public void spawned(Task maker, Task task) {
          touches = true;
        }
      };

  private final Program program;
  private final Configuration configuration;
  private final Trace trace;
  private final Learned learned;
  private final Fresh fresh = new Fresh();

  private int base;
  private Step[] further;
  private Step wanted;
  private boolean result;
  private int made;
  private int[] forced;
  private int choices;
  private boolean beginsUnasked;
  private boolean touches;

  Probe(Program program, Configuration configuration, Trace trace, Learned learned) {
    this.program = program;
    this.configuration = configuration;
    this.trace = trace;
    this.learned = learned;
  }

  /**
   * Whether a task could go on after the first {@code kept} steps of the trace and some more.
   *
   * @param more the further steps
   * @param last what the task is to make next
   */
  boolean isPossible(int kept, Step[] more, Step last) {
    base = kept;
    further = more;
    wanted = last;
    result = false;
    Machine m = new Machine(configuration, this);
    program.load(m);
    m.observe(unasked);
    m.watchCpus(learned.cpuLevel());
    m.run();
    return result;
  }

  @Override
  public boolean begin(Machine m) {
    made = 0;
    choices = 0;
    beginsUnasked = false;
    fresh.begin();
    return true;
  }

  @Override
  public Task next(Choice choice) {
    if (beginsUnasked && (touches || choices > 0)) {
      return null; // its beginning is a step, and nobody has asked for that
    }
    beginsUnasked = false;
    boolean last = made == base + further.length;
    Step s = last ? wanted : made < base ? trace.step(made) : further[made - base];
    Task t = choice.task(s.task());
    choices = 0;
    forced = Step.NONE;
    Task first = fresh.before(t, choice);
    if (first != null) {
      beginsUnasked = true;
      touches = false;
      fresh.mark(first);
      return first;
    }
    if (!choice.isEnabled(t)) {
      return null;
    }
    if (fresh.is(t) && !s.is(Step.START)) {
      fresh.mark(t);
      return t; // its beginning belongs to its first step
    }
    if (last) {
      result = true;
      return null;
    }
    fresh.mark(t);
    forced = s.data();
    made++;
    return t;
  }

  @Override
  public int nextInt(int bound) {
    int i = choices++;
    return i < forced.length ? forced[i] : 0;
  }
}
