package org.dmsim.dm.ioctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dmsim.block.Errno;
import org.dmsim.dm.DmMachine;
import org.dmsim.dm.targets.NotModelledException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What programs asked for at the door and scripts had not. */
final class OwnTableTest {

  /** blktests' dm/001 asks for it from 6.2 on. */
  @ParameterizedTest
  @CsvSource({"6.1.192,0", "6.1,0", "6.2,-22", "6.7,-22"})
  void reload_withATableThatMapsToTheDeviceItself(String kernel, int answer) {
    DmMachine m = new DmMachine(kernel);
    m.task(
        "dmsetup",
        () -> {
          m.device("d", "0 8192 linear 1:0 0");
          assertEquals(answer, m.load("d", "0 8192 linear 252:0 0").error());
          assertEquals(0, m.dm().info("d").openCount() + (answer == 0 ? -1 : 0));
          if (answer == 0) {
            assertTrue(m.dm().clear("d").ok());
          }
          assertTrue(m.dm().remove("d", false).ok());
        });
    assertTrue(m.run().isClean(), () -> m.machine.reports().toString());
  }

  @Test
  void create_underACertainMinor() {
    DmMachine m = new DmMachine("6.7");
    m.task(
        "dmsetup",
        () -> {
          assertEquals(7, m.dm().create("a", null, 7).minor());
          assertEquals(-Errno.ENXIO, m.dm().create("b", null, 7).error());
          assertEquals(0, m.dm().create("b", null).minor());
        });
    assertTrue(m.run().isClean());
  }

  /** The refusal comes before any lock: the device can be used, and removed, afterwards. */
  @Test
  void targetThatIsNotModelled_isRefusedBeforeAnythingIsDone() {
    DmMachine m = new DmMachine("6.7");
    m.task(
        "dmsetup",
        () -> {
          assertTrue(m.dm().create("d", null).ok());
          assertThrows(NotModelledException.class, () -> m.load("d", "0 8 zero", "8 8 vdo 1 2"));
          assertThrows(NotModelledException.class, () -> m.dm().message("d", 0, "@stats_list"));
          assertThrows(
              NotModelledException.class,
              () ->
                  m.load(
                      "d", "0 8 zero", "8 8 mirror userspace 2 u 8 1 1:0 0")); // found out inside
          assertEquals(0, m.machine.reports().size());
          assertTrue(m.load("d", "0 8 zero").ok());
          assertTrue(m.dm().remove("d", false).ok());
        });
    assertTrue(m.run().isClean(), () -> m.machine.reports().toString());
  }
}
