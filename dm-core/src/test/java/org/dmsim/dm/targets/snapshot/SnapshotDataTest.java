package org.dmsim.dm.targets.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.SplittableRandom;
import org.dmsim.dm.DmMachine;
import org.dmsim.dm.targets.DeviceModel;
import org.dmsim.machine.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is on origins and snapshots against plain arrays, in random schedules. */
final class SnapshotDataTest {

  private static final int SIZE = 256 * 512;

  private static void runClean(DmMachine m, Runnable body) {
    m.task("dmctl", body);
    Outcome outcome = m.run();
    assertEquals(List.of(), outcome.reports());
    assertEquals(Outcome.End.FINISHED, outcome.end());
  }

  @ParameterizedTest
  @CsvSource({"1,N 8,N 32", "2,P 16,N 8", "3,P 1,P 64", "4,N 1,P 8", "5,P 8,P 8"})
  void snapshotsKeepWhatTheOriginWas(long seed, String first, String second) {
    DmMachine m = DeviceModel.randomMachine(seed);
    SplittableRandom random = new SplittableRandom(seed);
    runClean(
        m,
        () -> {
          DeviceModel ram = new DeviceModel(m, -1, new byte[SIZE]);
          for (int i = 0; i < 8; i++) {
            ram.step(random);
          }
          m.device("org", "0 256 snapshot-origin 1:0");
          m.device("s1", "0 256 snapshot 1:0 1:1 " + first);
          DeviceModel org = new DeviceModel(m, 0, ram.bytes());
          DeviceModel s1 = new DeviceModel(m, 1, ram.bytes());
          resumeAgain(m, "org");
          steps(random, 20, org, s1);
          m.device("s2", "0 256 snapshot 1:0 1:2 " + second);
          DeviceModel s2 = new DeviceModel(m, 2, org.bytes());
          resumeAgain(m, "org");
          steps(random, 40, org, s1, s2);
          org.check();
          s1.check();
          s2.check();
        });
  }

  /** The origin learns of a snapshot's chunk size when it is resumed. */
  private static void resumeAgain(DmMachine m, String name) {
    m.dm().suspend(name, false, false);
    m.dm().resume(name, false, false);
  }

  private static void steps(SplittableRandom random, int count, DeviceModel... devices) {
    for (int i = 0; i < count; i++) {
      devices[random.nextInt(devices.length)].step(random);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,8", "2,1", "3,64"})
  void persistentSnapshot_isTheSameAfterItIsLoadedAgain(long seed, int chunk) {
    DmMachine m = DeviceModel.randomMachine(seed);
    SplittableRandom random = new SplittableRandom(seed);
    runClean(
        m,
        () -> {
          String table = "0 256 snapshot 1:0 1:1 P " + chunk;
          m.device("org", "0 256 snapshot-origin 1:0");
          m.device("s1", table);
          DeviceModel org = new DeviceModel(m, 0, new byte[SIZE]);
          DeviceModel s1 = new DeviceModel(m, 1, new byte[SIZE]);
          resumeAgain(m, "org");
          steps(random, 30, org, s1);
          m.dm().remove("s1", false);
          m.device("s1", table);
          s1.check();
          steps(random, 10, org, s1);
          s1.check();
        });
  }

  @ParameterizedTest
  @CsvSource({"1,8", "2,1", "3,64", "4,16"})
  void merge_givesTheOriginWhatTheSnapshotWas(long seed, int chunk) {
    DmMachine m = DeviceModel.randomMachine(seed);
    SplittableRandom random = new SplittableRandom(seed);
    runClean(
        m,
        () -> {
          m.device("org", "0 256 snapshot-origin 1:0");
          m.device("s1", "0 256 snapshot 1:0 1:1 P " + chunk);
          DeviceModel org = new DeviceModel(m, 0, new byte[SIZE]);
          DeviceModel s1 = new DeviceModel(m, 1, new byte[SIZE]);
          resumeAgain(m, "org");
          steps(random, 30, org, s1);
          m.dm().remove("org", false);
          m.dm().remove("s1", false);
          m.device("merge", "0 256 snapshot-merge 1:0 1:1 P " + chunk);
          DeviceModel merging = new DeviceModel(m, 0, s1.bytes());
          steps(random, 20, merging);
          m.dm().suspend("merge", false, false);
          m.dm().resume("merge", false, false);
          steps(random, 10, merging);
          DmMachine.sleep(1_000_000_000L);
          merging.check();
          String status = m.dm().status("merge", false).lines().getFirst();
          long used = 2L * chunk;
          assertEquals("0 256 snapshot-merge " + used + "/131072 " + used, status);
          assertArrayEquals(merging.bytes(), m.ram(0, SIZE));
        });
  }
}
