package org.dmsim.dm.targets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.dm.DmMachine;
import org.dmsim.version.KernelPolicies;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.api.Test;

/** A target that a user brings. */
class TenLineTargetTest {

  /** The example of {@link DmTarget}. */
  @DmTargetType(name = "fives")
  public static final class FivesTarget extends DmTarget {
    @Override
    public MapResult map(Bio bio) {
      int from = bio.dataOffset();
      Arrays.fill(bio.data(), from, from + (int) bio.size(), (byte) 5);
      bio.endio();
      return MapResult.SUBMITTED;
    }
  }

  @Test
  void aTargetOfTenLinesAnswersReads() {
    DmMachine m = new DmMachine("6.7");
    m.core().targetTypes().register(TargetType.of(FivesTarget.class, FivesTarget::new));
    byte[] data = new byte[4096];
    m.task(
        "read",
        () -> {
          m.device("d0", "0 8 fives");
          Syscalls.preadv2(m.open(0), data, 0, 4096, 0, 0);
          assertEquals(List.of("0 8 fives"), m.dm().table("d0", false).lines());
        });
    assertEquals(List.of(), m.run().reports());
    byte[] fives = new byte[4096];
    Arrays.fill(fives, (byte) 5);
    assertArrayEquals(fives, data);
  }

  @Test
  void typesOfTheModuleAreRegisteredAndSayWhatTheyCan() {
    TargetTypes types = TargetTypes.registered();
    TargetType linear = types.find("linear");
    assertEquals("1.4.0", linear.version());
    assertEquals(true, linear.supportsNowait());
    assertEquals(true, linear.hasDevices());
    assertEquals(false, linear.hasEndIo());
    assertEquals(false, types.find("error").supportsNowait());
    assertEquals(false, types.find("zero").hasDevices());
  }

  /** What DM_LIST_VERSIONS answered on Linux 6.1.192 with all its targets built in. */
  private static final String VERSIONS =
      """
      writecache 1.6.0
      integrity 1.10.0
      log-writes 1.1.0
      clone 1.0.0
      era 1.0.0
      cache 2.3.0
      verity 1.9.0
      thin-pool 1.22.0
      thin 1.22.0
      raid 1.15.1
      zero 1.1.0
      mirror 1.14.0
      snapshot-merge 1.5.0
      snapshot-origin 1.9.0
      snapshot 1.16.0
      switch 1.1.0
      multipath 1.14.0
      flakey 1.5.0
      dust 1.0.0
      delay 1.3.0
      crypt 1.24.0
      unstriped 1.1.0
      striped 1.6.0
      linear 1.4.0
      error 1.5.0
      """;

  @Test
  void versionsAreThoseOfTheKernel_modelledOrNot() {
    DmMachine m = new DmMachine("6.1.192");
    m.task("dmctl", () -> assertEquals(VERSIONS.lines().toList(), own(m.dm().targets().lines())));
    assertEquals(List.of(), m.run().reports());
  }

  /** Without what others have put on the class path. */
  private static List<String> own(List<String> lines) {
    return lines.stream().filter(l -> VERSIONS.contains(l)).toList();
  }

  /** A target of one's own is a module that was loaded after all that are built in. */
  @Test
  void aTargetOfOnesOwnStandsFirst() {
    TargetTypes types = new TargetTypes();
    types.register(TargetType.of(FivesTarget.class, FivesTarget::new));
    assertEquals(
        List.of("fives 1.0.0", "writecache 1.6.0"),
        types.versions(KernelPolicies.of(KernelVersion.RECORDED)).subList(0, 2));
  }

  @Test
  void aTypeThatOnlyTheKernelHasIsNoUnknownType() {
    TargetTypes types = TargetTypes.registered();
    assertNull(types.find("bogus"));
    NotModelledException e = assertThrows(NotModelledException.class, () -> types.find("vdo"));
    assertTrue(e.getMessage().startsWith("the target 'vdo' is not modelled; there are "));
  }
}
