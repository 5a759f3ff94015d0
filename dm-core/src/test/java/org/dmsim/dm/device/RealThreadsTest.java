package org.dmsim.dm.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.disk.RamDisk;
import org.dmsim.block.syscall.BlockFile;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.dm.ioctl.TableLine;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same classes on real threads, where no machine is: readers while a table is swapped. */
class RealThreadsTest {

  private static List<TableLine> linear(int disk) {
    return List.of(new TableLine(0, 1024, "linear", "1:" + disk + " 0"));
  }

  @Test
  @Timeout(value = 600, unit = TimeUnit.SECONDS)
  void readersSeeOneTableOrTheOtherWhileItIsSwapped() throws InterruptedException {
    BlockLayer disks = new BlockLayer();
    RamDisk.add(disks, 0);
    RamDisk.add(disks, 1);
    DmIoctl dm = new DmIoctl(new DmCore(disks, KernelVersion.RECORDED, 2));
    assertTrue(dm.create("d0", null).ok());
    assertTrue(dm.load("d0", false, linear(0)).ok());
    assertTrue(dm.resume("d0", false, false).ok());
    AtomicReference<Throwable> failed = new AtomicReference<>();
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      readers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      BlockFile file = Syscalls.open(disks.lookup(252, 0), false).file();
                      byte[] data = new byte[4096];
                      for (int k = 0; k < 300; k++) {
                        assertEquals(4096, Syscalls.preadv2(file, data, 0, 4096, 0, 0));
                      }
                      Syscalls.close(file);
                    } catch (Throwable t) {
                      failed.set(t);
                    }
                  }));
    }
    for (int k = 1; k <= 20; k++) {
      assertTrue(dm.load("d0", false, linear(k & 1)).ok());
      assertTrue(dm.suspend("d0", false, false).ok());
      assertTrue(dm.resume("d0", false, false).ok());
    }
    for (Thread t : readers) {
      t.join();
    }
    assertNull(failed.get());
    assertTrue(dm.remove("d0", false).ok());
  }
}
