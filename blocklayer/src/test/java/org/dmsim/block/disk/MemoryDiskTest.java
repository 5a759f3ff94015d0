package org.dmsim.block.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.dmsim.block.BlockMachine;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.core.BlkCore;
import org.dmsim.block.syscall.BlockFile;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Task;
import org.dmsim.memory.Memory;
import org.dmsim.strategy.RandomWalk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks whose data lies in memory, and their options. */
class MemoryDiskTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void dataReadIsTheDataLastWritten(long seed) {
    DiskOptions options =
        DiskOptions.ram().withSectors(256).withDiscard(true).withWriteZeroes(true);
    BlockMachine m =
        new BlockMachine(
            d -> {
              RamDisk.add(d, 0, options);
              NullDisk.add(d, 0, DiskOptions.nullb().withSectors(256));
            });
    m.task(
            "t",
            () -> {
              for (String dev : List.of("ram0", "nullb0")) {
                againstAnArray(m.open(dev), new SplittableRandom(seed));
              }
            })
        .run();
    assertEquals(List.of(), m.machine.reports());
  }

  private static void againstAnArray(BlockFile f, SplittableRandom random) {
    byte[] model = new byte[256 * 512];
    for (int i = 0; i < 400; i++) {
      int pos = random.nextInt(256);
      int n = 1 + random.nextInt(Math.min(40, 256 - pos));
      byte[] buffer = new byte[n * 512];
      random.nextBytes(buffer);
      int from = pos * 512;
      int to = from + buffer.length;
      switch (random.nextInt(5)) {
        case 0 -> {
          assertEquals(0, Syscalls.ioctl(f, Syscalls.RangeIoctl.DISCARD, from, buffer.length));
          Arrays.fill(model, from, to, (byte) 0);
        }
        case 1 -> {
          assertEquals(0, Syscalls.ioctl(f, Syscalls.RangeIoctl.ZEROOUT, from, buffer.length));
          Arrays.fill(model, from, to, (byte) 0);
        }
        case 2, 3 -> {
          assertEquals(buffer.length, Syscalls.pwritev2(f, buffer, 0, buffer.length, from, 0));
          System.arraycopy(buffer, 0, model, from, buffer.length);
        }
        default -> {
          assertEquals(buffer.length, Syscalls.preadv2(f, buffer, 0, buffer.length, from, 0));
          assertArrayEquals(Arrays.copyOfRange(model, from, to), buffer);
        }
      }
    }
    Syscalls.close(f);
  }

  @Test
  void badSectorFailsWhoeverTouchesIt() {
    BlockMachine m = new BlockMachine(d -> RamDisk.add(d, 0).addBadSectors(8, 9));
    m.task(
            "t",
            () -> {
              assertEquals(-Errno.EIO, m.read("ram0", new byte[8192], 0, 0));
              assertEquals(-Errno.EIO, m.write("ram0", new byte[512], 9 * 512, 0));
              assertEquals(4096, m.read("ram0", new byte[4096], 0, 0));
              assertEquals(512, m.read("ram0", new byte[512], 10 * 512, 0));
            })
        .run();
  }

  @Test
  void injectedErrorsStopAfterTheirNumber() {
    BlockMachine m = new BlockMachine(d -> RamDisk.add(d, 0));
    m.disks.failMakeRequest().set(100, 2, 1, 0);
    m.task(
            "t",
            () -> {
              m.dev("ram0").setFailing(true);
              assertEquals(512, m.read("ram0", new byte[512], 0, 0));
              assertEquals(-Errno.EIO, m.read("ram0", new byte[512], 0, 0));
              assertEquals(512, m.read("ram0", new byte[512], 0, 0));
              assertEquals(512, m.read("ram0", new byte[512], 0, 0));
            })
        .run();
  }

  @Test
  void latencyPassesInVirtualTime_andTheEndIsAnInterrupt() {
    BlockMachine m =
        new BlockMachine(
            d -> RamDisk.add(d, 0, DiskOptions.ram().withLatency(Latency.fixed(70_000))));
    m.task(
            "t",
            () -> {
              assertEquals(4096, m.read("ram0", new byte[4096], 0, 0));
              assertEquals(70_000, m.machine.now());
              assertEquals(4096, m.write("ram0", new byte[4096], 0, 0));
              assertEquals(140_000, m.machine.now());
            })
        .run();
    assertEquals(List.of(), m.found());
  }

  @Test
  void latencyThatIsADistribution_isDrawnByTheStrategy() {
    Set<Long> seen = new HashSet<>();
    for (long seed = 0; seed < 40; seed++) {
      Machine machine = new Machine(Configuration.standard(), new RandomWalk(seed));
      BlockLayer disks = BlockLayer.of(machine);
      machine.boot(
          () -> RamDisk.add(disks, 0, DiskOptions.ram().withLatency(Latency.oneOf(10, 20, 30))));
      machine.spawn(
          "t",
          () -> {
            BlockFile f = Syscalls.open(disks.lookup("ram0"), false).file();
            Syscalls.preadv2(f, new byte[512], 0, 512, 0, 0);
            Syscalls.close(f);
          });
      Outcome outcome = machine.run();
      assertTrue(outcome.isClean());
      seen.add(outcome.now());
    }
    assertEquals(Set.of(10L, 20L, 30L), seen);
  }

  @Test
  void exponentialLatencyHasItsMean() {
    Machine machine = new Machine(Configuration.standard(), new RandomWalk(1));
    Latency latency = Latency.exponential(1_000_000, 1000);
    double sum = 0;
    for (int i = 0; i < 20_000; i++) {
      sum += latency.next(machine);
    }
    assertEquals(1_000_000, sum / 20_000, 30_000);
  }

  @Test
  void nullDiskHasSixtyFourCommands_andTheNextBioWaits() {
    BlockMachine m =
        new BlockMachine(
            d -> NullDisk.add(d, 0, DiskOptions.nullb().withLatency(Latency.fixed(1000))));
    m.task(
            "t",
            () -> {
              for (int i = 0; i < 65; i++) {
                Bio b = Bio.onStack(m.dev("nullb0"), Opf.REQ_OP_READ);
                b.setData(new byte[512], 0, 512);
                BlkCore.submitBio(b);
                assertEquals(i < 64 ? 0 : 1000, m.machine.now());
              }
            })
        .run();
    assertEquals(List.of(), m.found());
  }

  @Test
  void nullDiskWithoutMemoryForAPage_hasNoSpace_andTheRamDiskHas() {
    BlockMachine m =
        new BlockMachine(
            d -> {
              RamDisk.add(d, 0);
              NullDisk.add(d, 0);
            });
    m.task(
            "t",
            () -> {
              Memory.of(m.machine).failFor(Task.current(), true);
              assertEquals(-Errno.ENOSPC, m.write("nullb0", new byte[4096], 0, 0));
              assertEquals(4096, m.write("ram0", new byte[4096], 0, 0));
              assertEquals(4096, m.read("nullb0", new byte[4096], 0, 0));
              assertEquals(-Errno.ENOMEM, m.read("ram0", new byte[20480], 0, 0));
            })
        .run();
    assertEquals(List.of(), m.found());
  }

  @Test
  void secureEraseIsAnOption() {
    BlockMachine m =
        new BlockMachine(d -> RamDisk.add(d, 0, DiskOptions.ram().withSecureErase(true)));
    m.task(
            "t",
            () -> {
              m.write("ram0", new byte[] {1, 1}, 0, 0);
              BlockFile f = m.open("ram0");
              assertEquals(0, Syscalls.ioctl(f, Syscalls.RangeIoctl.SECURE_DISCARD, 0, 8192));
              Syscalls.close(f);
            })
        .run();
    assertEquals(List.of("Q 1,0 DES 0 + 16", "C 1,0 DES 0 + 16 [0]"), m.events);
  }

  @Test
  void sizesThatNoDiskHas_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> DiskOptions.ram().withSectors(0));
    assertThrows(IllegalArgumentException.class, () -> DiskOptions.ram().withBlocks(512, 1000));
    assertThrows(IllegalArgumentException.class, () -> DiskOptions.ram().withBlocks(4096, 512));
  }

  /** Whoever fills a disk with zeroes does not fill the host's memory. */
  @Test
  void zeroesWritten_takeNoMemoryOfTheirOwn() {
    PageStore store = new PageStore("ram0", 0, 64, null);
    byte[] zeroes = new byte[4096];
    store.write(0, zeroes, 0, 4096);
    store.write(8, zeroes, 0, 512);
    assertTrue(store.at(0).exists());
    assertEquals(0, store.held());
    byte[] data = {1, 2, 3};
    store.write(8, data, 0, 3);
    store.zero(0, 512);
    assertEquals(1, store.held());
    byte[] read = new byte[8192];
    store.read(0, read, 0, 4096);
    store.read(8, read, 4096, 4096);
    byte[] expected = new byte[8192];
    System.arraycopy(data, 0, expected, 4096, 3);
    assertTrue(Arrays.equals(expected, read));
    store.zero(0, 4096);
    assertFalse(store.at(0).exists());
  }

  /** A disk that begins with a file, against an array; the file is written at the end only. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void image_isReadAndNotWrittenUntilItIsAskedFor(long seed, @TempDir Path folder)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] before = new byte[20 * 512]; // ends within a page
    random.nextBytes(before);
    Path file = folder.resolve("disk.img");
    Files.write(file, before);
    byte[] model = Arrays.copyOf(before, 40 * 512);
    DiskOptions options =
        DiskOptions.ram()
            .withSectors(40)
            .withWriteZeroes(true)
            .withDiscard(true)
            .withImage(Image.open(file));
    RamDisk[] disk = {null};
    BlockMachine m = new BlockMachine(d -> disk[0] = RamDisk.add(d, 0, options));
    m.task(
            "t",
            () -> {
              BlockFile f = m.open("ram0");
              for (int i = 0; i < 60; i++) {
                int pos = random.nextInt(40);
                int n = 1 + random.nextInt(40 - pos);
                switch (random.nextInt(3)) {
                  case 0 -> {
                    byte[] data = new byte[n * 512];
                    if (random.nextBoolean()) {
                      random.nextBytes(data);
                    }
                    Syscalls.pwritev2(f, data, 0, data.length, pos * 512L, 0);
                    System.arraycopy(data, 0, model, pos * 512, data.length);
                  }
                  case 1 -> {
                    Syscalls.fallocate(f, 0x10 | 1, pos * 512L, n * 512L); // FALLOC_FL_ZERO_RANGE
                    Arrays.fill(model, pos * 512, (pos + n) * 512, (byte) 0);
                  }
                  default -> {
                    byte[] read = new byte[n * 512];
                    Syscalls.preadv2(f, read, 0, read.length, pos * 512L, 0);
                    byte[] expected = Arrays.copyOfRange(model, pos * 512, (pos + n) * 512);
                    assertTrue(Arrays.equals(expected, read));
                  }
                }
              }
            })
        .run();
    assertEquals(List.of(), m.machine.reports());
    assertTrue(Arrays.equals(model, disk[0].peek(0, model.length)));
    assertTrue(Arrays.equals(before, Files.readAllBytes(file)));
    disk[0].writeBack();
    byte[] after = Files.readAllBytes(file);
    assertTrue(Arrays.equals(model, Arrays.copyOf(after, model.length)));
    assertTrue(after.length <= model.length);
  }

  /** What was discarded of an image reads as zeroes, and is a page to be made again. */
  @Test
  void discardedPageOfAnImage_isGone(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("disk.img");
    byte[] data = new byte[8192];
    Arrays.fill(data, (byte) 7);
    Files.write(file, data);
    PageStore store = new PageStore("ram0", 0, 64, Image.open(file));
    assertTrue(store.exists(0));
    assertFalse(store.exists(2));
    store.zero(0, 4096);
    store.zero(8, 512);
    assertFalse(store.exists(0));
    assertTrue(store.exists(1));
    byte[] read = new byte[4096];
    store.read(0, read, 0, 4096);
    assertEquals(0, read[0]);
    store.read(8, read, 0, 1024);
    assertEquals(0, read[511]);
    assertEquals(7, read[512]);
  }
}
