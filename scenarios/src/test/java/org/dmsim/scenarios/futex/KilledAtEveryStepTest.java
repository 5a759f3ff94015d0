package org.dmsim.scenarios.futex;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.TreeSet;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;
import org.junit.jupiter.api.Test;

/**
 * The owner is killed at every single step of lock and unlock, and the other comes to wait at every
 * step before that: a sweep that needs no search, and says where the windows are.
 */
class KilledAtEveryStepTest {

  @Test
  void withListOpPending_nobodyEverHangs() {
    assertEquals(Set.of(), hangsBefore("killed-between-lock-and-list", true));
    assertEquals(Set.of(), hangsBefore("killed-between-unlock-and-wake", true));
    assertEquals(Set.of(), hangsBefore("killed-with-a-plain-mutex", true));
  }

  /**
   * Where the word is taken and the head does not lead to it, and the same on the way out; and
   * between the word given back and the wake-up, which nobody but the announcement would lead to.
   */
  @Test
  void withoutListOpPending_theWindowIsBetweenTheWordAndTheList() {
    assertEquals(
        Set.of(
            "mutex.owner", "mutex.lock", "mutex.list", "descriptor of 55", "system call of victim"),
        hangsBefore("killed-between-lock-and-list", false));
  }

  @Test
  void beforeLinux55_theWindowIsBetweenTheWordAndTheWakeUp() {
    assertEquals(
        Set.of("system call of victim"), hangsBefore("killed-between-unlock-and-wake", false));
  }

  /** What the victim was about to touch wherever its death hangs the other. */
  private static Set<String> hangsBefore(String name, boolean fixed) {
    FutexScenario scenario = FutexScenarios.find(name).orElseThrow();
    Set<String> windows = new TreeSet<>();
    for (int death = 0; death < 45; death++) {
      for (int arrival = 0; arrival <= death; arrival++) {
        Sweep sweep = new Sweep(arrival, death);
        Machine m = new Machine(scenario.configuration().withPositions(false), sweep);
        scenario.stage(m, fixed);
        if (m.run().end() != Outcome.End.FINISHED) {
          windows.add(sweep.killedBefore);
        }
      }
    }
    return windows;
  }

  /**
   * The victim makes some steps, the survivor runs until it sleeps, the victim goes on, and dies.
   */
  private static final class Sweep implements Strategy {
    private final int arrival;
    private final int death;
    private int taken;
    private boolean killed;
    String killedBefore;

    Sweep(int arrival, int death) {
      this.arrival = arrival;
      this.death = death;
    }

    @Override
    public boolean begin(Machine machine) {
      return true;
    }

    @Override
    public Task next(Choice choice) {
      Task victim = find(choice, "victim");
      Task survivor = find(choice, "survivor");
      Task kill = find(choice, "kill");
      if (taken < arrival && choice.isEnabled(victim)) {
        taken++;
        return victim;
      }
      if (!killed && choice.isEnabled(survivor)) {
        return survivor;
      }
      if (taken < death && choice.isEnabled(victim)) {
        taken++;
        return victim;
      }
      if (choice.isEnabled(kill)) {
        if (!killed) {
          killedBefore = victim.pendingObject() == null ? "-" : victim.pendingObject().label();
        }
        killed = true;
        return kill;
      }
      killed = true;
      return choice.byDefault();
    }

    private static Task find(Choice choice, String name) {
      for (int i = 0; i < choice.taskCount(); i++) {
        if (choice.task(i).name().equals(name)) {
          return choice.task(i);
        }
      }
      throw new IllegalStateException(name);
    }

    @Override
    public int nextInt(int bound) {
      return 0;
    }
  }
}
