package org.dmsim.dm.targets.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.dmsim.block.syscall.BlockFile;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.dm.DmMachine;
import org.junit.jupiter.api.Test;

/** A log whose header others wrote. */
final class DiskLogHeaderTest {

  private static final String MIRROR = "0 2048 mirror disk 2 1:3 1024 2 1:0 0 1:1 0";
  private static final int NR_REGIONS = 8;
  private static final int BITS = 1024;

  /** lvm2 writes {@code (uint64_t) -1}: every region that there is was known to the log. */
  @Test
  void regionCount_isUnsigned() {
    DmMachine m = new DmMachine("6.1.192");
    m.task(
        "lvcreate",
        () -> {
          m.device("m", MIRROR);
          assertTrue(m.dm().remove("m", false).ok());
          BlockFile log = m.open(-4);
          byte[] header = new byte[2048];
          assertEquals(2048, Syscalls.preadv2(log, header, 0, 2048, 0, 0));
          Arrays.fill(header, NR_REGIONS, NR_REGIONS + Long.BYTES, (byte) 0xff);
          Arrays.fill(header, BITS, BITS + Long.BYTES, (byte) 0xff); // all of them clean
          assertEquals(2048, Syscalls.pwritev2(log, header, 0, 2048, 0, 0));
          Syscalls.close(log);
          m.device("m", MIRROR);
          assertEquals(
              List.of("0 2048 mirror 2 1:0 1:1 2/2 1 AA 3 disk 1:3 A"),
              m.dm().status("m", false).lines());
        });
    assertTrue(m.run().isClean(), () -> m.machine.reports().toString());
  }
}
