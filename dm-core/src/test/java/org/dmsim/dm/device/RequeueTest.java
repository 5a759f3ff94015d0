package org.dmsim.dm.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.Bio;
import org.dmsim.dm.DmMachine;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.TargetType;
import org.junit.jupiter.api.Test;

/** Bios that a target pushes back: kept over a noflush suspend, failed without one. */
class RequeueTest {

  /** Keeps every bio until it is told to let go, and then pushes it back. */
  @DmTargetType(name = "pushback")
  public static final class PushBack extends DmTarget {
    private Bio held;

    @Override
    public MapResult map(Bio bio) {
      if (table().isNoflushSuspending()) {
        return MapResult.REQUEUE;
      }
      held = bio;
      return MapResult.SUBMITTED;
    }

    @Override
    public void presuspend() {
      if (held != null) {
        held.endio(org.dmsim.block.BlkStatus.DM_REQUEUE);
        held = null;
      }
    }
  }

  private static DmMachine machine() {
    DmMachine m = new DmMachine("6.1.192");
    m.core().targetTypes().register(TargetType.of(PushBack.class, PushBack::new));
    return m;
  }

  private static byte[] filled(int fill) {
    byte[] data = new byte[4096];
    Arrays.fill(data, (byte) fill);
    return data;
  }

  @Test
  void aBioPushedBackWaitsForTheNextTable_whenNoflush() {
    DmMachine m = machine();
    long[] written = new long[1];
    byte[][] found = new byte[1][];
    m.task(
        "admin",
        () -> {
          m.device("d0", "0 1024 pushback");
          m.task("writer", () -> written[0] = m.write(0, 4096, 0x5a));
          DmMachine.sleep(1_000_000);
          m.dm().suspend("d0", true, false);
          assertEquals(0, written[0]);
          m.load("d0", "0 1024 linear 1:1 0");
          m.dm().resume("d0", false, false);
          DmMachine.sleep(1_000_000);
          found[0] = m.ram(1, 4096);
        });
    assertEquals(List.of(), m.run().reports());
    assertEquals(4096, written[0]);
    assertArrayEquals(filled(0x5a), found[0]);
  }

  @Test
  void aBioPushedBackFails_whenTheSuspendFlushes() {
    DmMachine m = machine();
    long[] written = new long[1];
    m.task(
        "admin",
        () -> {
          m.device("d0", "0 1024 pushback");
          m.task("writer", () -> written[0] = m.write(0, 4096, 0x5a));
          DmMachine.sleep(1_000_000);
          m.dm().suspend("d0", false, false);
        });
    assertEquals(List.of(), m.run().reports());
    assertEquals(-Errno.EIO, written[0]);
  }

  /** The first half went through; only the second is written again, with its own data. */
  @Test
  void onlyThePartOfASplitBioThatWasPushedBackIsSentAgain() {
    DmMachine m = machine();
    long[] written = new long[1];
    byte[][] found = new byte[2][];
    m.task(
        "admin",
        () -> {
          m.device("d0", "0 4 linear 1:0 0", "4 1020 pushback");
          m.task(
              "writer",
              () -> {
                var file = m.open(0);
                byte[] data = new byte[4096];
                for (int i = 0; i < data.length; i++) {
                  data[i] = (byte) (i >> 9);
                }
                written[0] = org.dmsim.block.syscall.Syscalls.pwritev2(file, data, 0, 4096, 0, 0);
                org.dmsim.block.syscall.Syscalls.close(file);
              });
          DmMachine.sleep(1_000_000);
          m.dm().suspend("d0", true, false);
          assertEquals(0, written[0]);
          m.load("d0", "0 1024 linear 1:1 0");
          m.events();
          m.dm().resume("d0", false, false);
          DmMachine.sleep(1_000_000);
          assertEquals(
              List.of("A 1,1 WS 4 + 4 <- (252,0) 4", "Q 1,1 WS 4 + 4", "C 1,1 WS 4 + 4 [0]"),
              m.events().stream().filter(e -> e.contains("1,1")).toList());
          found[0] = m.ram(0, 4096);
          found[1] = m.ram(1, 4096);
        });
    assertEquals(List.of(), m.run().reports());
    assertEquals(4096, written[0]);
    byte[] low = new byte[4096];
    byte[] high = new byte[4096];
    for (int i = 0; i < 4096; i++) {
      (i < 2048 ? low : high)[i] = (byte) (i >> 9);
    }
    assertArrayEquals(low, found[0]);
    assertArrayEquals(high, found[1]);
  }
}
