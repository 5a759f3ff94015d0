package org.dmsim.dm.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.dmsim.dm.DmMachine;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.strategy.RandomWalk;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A table is swapped, and a device removed, while others use it, in many schedules. */
class SwapUnderIoTest {

  private static DmMachine machine(PreemptionModel preemption, long seed) {
    return new DmMachine(
        Configuration.standard()
            .on(
                preemption.isRealtime() ? KernelVersion.RECORDED_6_12 : KernelVersion.RECORDED,
                preemption)
            .withPositions(false)
            .withMaxSteps(200_000),
        new RandomWalk(seed));
  }

  @ParameterizedTest
  @EnumSource(PreemptionModel.class)
  void everyReadEndsOnceAndNothingFreedIsTouched(PreemptionModel preemption) {
    for (long seed = 0; seed < 60; seed++) {
      DmMachine m = machine(preemption, seed);
      long[] sum = new long[1];
      m.task(
          "admin",
          () -> {
            m.device("d0", "0 4 linear 1:0 0", "4 1020 linear 1:1 0");
            for (int i = 0; i < 2; i++) {
              m.task(
                  "reader" + i,
                  () -> {
                    for (int k = 0; k < 3; k++) {
                      long r = m.read(0, 4096, 0);
                      sum[0] += r;
                    }
                  });
            }
            for (int k = 0; k < 2; k++) {
              m.load("d0", "0 1024 linear 1:2 " + k);
              m.dm().suspend("d0", k == 1, false);
              m.dm().resume("d0", false, false);
            }
          });
      Outcome o = m.run();
      assertEquals(List.of(), o.reports(), "seed " + seed);
      assertEquals(Outcome.End.FINISHED, o.end(), "seed " + seed);
      assertEquals(6 * 4096, sum[0], "seed " + seed);
    }
  }

  @Test
  void aDeviceThatIsOpenGoesWithItsLastUser_whenRemovedDeferred() {
    for (long seed = 0; seed < 100; seed++) {
      DmMachine m = machine(PreemptionModel.FULL, seed);
      boolean[] gone = new boolean[1];
      m.task(
          "admin",
          () -> {
            m.device("d0", "0 1024 linear 1:0 0");
            m.task("reader", () -> m.read(0, 4096, 0));
            m.dm().remove("d0", true);
            DmMachine.sleep(1_000_000);
            gone[0] = !m.dm().info("d0").ok();
          });
      Outcome o = m.run();
      assertEquals(List.of(), o.reports(), "seed " + seed);
      assertEquals(true, gone[0], "seed " + seed);
    }
  }
}
