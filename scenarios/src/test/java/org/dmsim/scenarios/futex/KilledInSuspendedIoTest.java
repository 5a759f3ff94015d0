package org.dmsim.scenarios.futex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.disk.RamDisk;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.futex.Errno;
import org.dmsim.futex.nptl.Protocol;
import org.dmsim.futex.nptl.RobustMutex;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;
import org.dmsim.strategy.RandomWalk;
import org.dmsim.strategy.RoundRobin;
import org.junit.jupiter.api.Test;

/**
 * What becomes of a robust mutex whose owner is killed while its I/O waits on a suspended device.
 */
class KilledInSuspendedIoTest {

  @Test
  void theOwnerDiesWhenTheDeviceIsResumed_andNotBefore() {
    List<String> seen = new ArrayList<>();
    Machine m = new Machine(Configuration.standard().withCpus(4), new RoundRobin());
    m.boot(() -> RamDisk.add(BlockLayer.of(m), 0));
    Stage stage = new Stage(m, Protocol.GLIBC).withMutexes(1);
    stage.thread(
        "dmsetup",
        self -> {
          KilledInSuspendedIo.makeDevice(m);
          DmIoctl.of(m).suspend(KilledInSuspendedIo.DEVICE, false, false);
          Task writer = stage.thread("writer", t -> KilledInSuspendedIo.lockAndRead(m, t));
          m.exposeToKill(writer);
          RobustMutex mutex = new RobustMutex(self, Stage.mutex(0));
          self.kernel().futexWait(Stage.mutex(9), 0, false, 1_000_000);
          seen.add(Errno.name(mutex.tryLock()));
          m.kill(writer);
          seen.add(Errno.name(mutex.lock(1_000_000)) + " " + writer.isDone());
          DmIoctl.of(m).resume(KilledInSuspendedIo.DEVICE, false, false);
          seen.add(Errno.name(mutex.lock()));
          seen.add(Errno.name(mutex.markConsistent()) + " " + Errno.name(mutex.unlock()));
        });
    assertEquals(Outcome.End.FINISHED, m.run().end());
    assertEquals(List.of("EBUSY", "ETIMEDOUT false", "EOWNERDEAD", "0 0"), seen);
  }

  @Test
  void takingTheMutexWhileTheDeviceIsSuspended_hangsWhetherTheOwnerIsKilledOrNot() {
    int stuck = 0;
    for (int seed = 0; seed < 300; seed++) {
      stuck += run(seed, false) == Outcome.End.STUCK ? 1 : 0;
      assertEquals(Outcome.End.FINISHED, run(seed, true), "seed " + seed);
    }
    assertTrue(stuck > 0, "never");
  }

  private static Outcome.End run(int seed, boolean fixed) {
    KilledInSuspendedIo scenario = new KilledInSuspendedIo();
    Machine m = new Machine(scenario.configuration().withPositions(false), new LongStretches(seed));
    scenario.stage(m, fixed);
    return m.run().end();
  }

  /** A random walk whose tasks run on for some dozens of steps: suspending takes hundreds. */
  private static final class LongStretches implements Strategy {
    private final RandomWalk walk;
    private int left;
    private int length;

    LongStretches(int seed) {
      walk = new RandomWalk(seed);
      length = 1 + seed % 97;
    }

    @Override
    public boolean begin(Machine machine) {
      return walk.begin(machine);
    }

    @Override
    public Task next(Choice choice) {
      if (left-- > 0) {
        return choice.byDefault();
      }
      left = length;
      return walk.next(choice);
    }

    @Override
    public int nextInt(int bound) {
      return walk.nextInt(bound);
    }
  }
}
