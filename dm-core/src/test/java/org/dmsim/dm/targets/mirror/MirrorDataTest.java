package org.dmsim.dm.targets.mirror;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.SplittableRandom;
import org.dmsim.dm.DmMachine;
import org.dmsim.dm.targets.DeviceModel;
import org.dmsim.machine.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is on the legs of a mirror, in random schedules, while it is synchronised and after. */
final class MirrorDataTest {

  private static final int SIZE = 256 * 512;

  @ParameterizedTest
  @CsvSource({"1,core 1 64", "2,core 2 8 sync", "3,core 1 256", "4,disk 2 1:3 32", "5,core 1 2"})
  void legsAreEqual_afterRecoveryUnderWrites(long seed, String log) {
    DmMachine m = DeviceModel.randomMachine(seed);
    SplittableRandom random = new SplittableRandom(seed);
    m.task(
        "dmctl",
        () -> {
          DeviceModel ram = new DeviceModel(m, -1, new byte[SIZE]);
          for (int i = 0; i < 8; i++) {
            ram.step(random);
          }
          m.device("mirror", "0 256 mirror " + log + " 3 1:0 0 1:1 0 1:2 0");
          DeviceModel mirror = new DeviceModel(m, 0, ram.bytes());
          for (int i = 0; i < 30; i++) {
            mirror.step(random);
            if (i == 10) {
              m.dm().suspend("mirror", false, false);
              m.dm().resume("mirror", false, false);
            }
          }
          DmMachine.sleep(1_000_000_000L);
          mirror.check();
          for (int leg = 0; leg < 3; leg++) {
            assertArrayEquals(mirror.bytes(), m.ram(leg, SIZE), "leg " + leg);
          }
        });
    Outcome outcome = m.run();
    assertEquals(List.of(), outcome.reports());
    assertEquals(Outcome.End.FINISHED, outcome.end());
  }
}
