package org.dmsim.examples;

import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.memory.SharedInt;
import org.dmsim.rcu.Rcu;
import org.dmsim.strategy.RandomWalk;

/** The same classes in a machine: a thousand schedules, each of which can be had again. */
public final class EverySeed {

  private EverySeed() {}

  /** Prints the first seed under which a reader sees what was taken away. */
  public static void main(String[] args) {
    System.out.println("with synchronize_rcu: " + firstBadSeed(true));
    System.out.println("without: " + firstBadSeed(false));
  }

  static int firstBadSeed(boolean waits) {
    Configuration configuration =
        Configuration.standard().withPreemption(PreemptionModel.FULL).withPositions(false);
    for (int seed = 0; seed < 1_000; seed++) {
      Machine machine = new Machine(configuration, new RandomWalk(seed));
      SharedInt[] shared = new SharedInt[2];
      boolean[] bad = {false};
      machine.boot(
          () -> {
            shared[0] = new SharedInt("published", 1);
            shared[1] = new SharedInt("alive", 1);
          });
      machine.spawnKthread(
          "reader",
          () -> {
            Rcu.readLock();
            if (shared[0].readOnce() == 1 && shared[1].readOnce() == 0) {
              bad[0] = true;
            }
            Rcu.readUnlock();
          });
      machine.spawnKthread(
          "updater",
          () -> {
            shared[0].writeOnce(0);
            if (waits) {
              Rcu.synchronize();
            }
            shared[1].writeOnce(0);
          });
      Outcome outcome = machine.run();
      if (bad[0] || !outcome.isClean()) {
        return seed;
      }
    }
    return -1;
  }
}
