package org.dmsim.scenarios.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.dmsim.block.BlockDevice;
import org.dmsim.block.Disks;
import org.dmsim.block.disk.DiskOptions;
import org.dmsim.block.disk.NullDisk;
import org.dmsim.block.disk.RamDisk;
import org.dmsim.block.syscall.BlockFile;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.dm.ioctl.DmReply;
import org.dmsim.dm.ioctl.TableLine;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.strategy.RoundRobin;

/**
 * What a direct read of 4 KiB costs through linear: over a ram disk and the null disk, through
 * stacks and large tables, beside a plain copy of 4 KiB.
 *
 * <p>One machine with one CPU a row, all checks on, positions of reports off as in a search. Each
 * read is a whole {@code preadv2}. Times are CPU time of the thread, so that what else the host
 * does counts little.
 */
final class BioBenchmark implements Benchmark {

  private static final int PAGE = 4096;
  private static final int RAM_PAGES = 16384;
  private static final int ROUNDS = 5;
  private static final int[] DEPTHS = {1, 4, 16, 64};
  private static final int[] TABLES = {1, 1_000, 1_000_000};
  private static final int SECTORS_PER_PAGE = 8;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What was measured goes somewhere, so that it cannot be left out. */
  private long sink;

  @Override
  public String name() {
    return "bio";
  }

  @Override
  public String shows() {
    return "what a direct read of 4 KiB costs through linear, beside a plain copy of 4 KiB";
  }

  /** One row: nanoseconds of a read, of a copy measured beside it, and bytes allocated a read. */
  private record Cost(double read, double copy, double allocated) {}

  @Override
  public Table measure() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("ram disk itself", ram(0)));
    for (int depth : DEPTHS) {
      rows.add(row(stack(depth) + " over a ram disk", ram(depth)));
    }
    rows.add(row("null disk itself", nullDisk(0, 1, false)));
    for (int depth : DEPTHS) {
      rows.add(row(stack(depth) + " over the null disk", nullDisk(depth, 1, false)));
    }
    rows.add(row("linear over the null disk, memory-backed", nullDisk(1, 1, true)));
    for (int targets : TABLES) {
      String s = targets == 1 ? "" : "s";
      rows.add(
          row(
              String.format(Locale.ROOT, "table of %,d target%s, null disk", targets, s),
              nullDisk(1, targets, false)));
    }
    List<String> notes =
        List.of(
            "copies: the read's time in plain copies of 4 KiB, which are measured in turn with it,"
                + " over as many pages in the same random order.",
            "The ram disk holds 64 MiB, so its pages come from main memory, for both.",
            "The null disk moves no data, as the kernel's does by default; what is left is the way"
                + " down and up.",
            "A lookup goes through levels of 16 keys: one among 16 targets, five among a million,"
                + " where each further one is a miss in the host's cache, and the target itself"
                + " too.",
            "allocated: the read's iterator, bio and completion, and for each device in between one"
                + " clone with its dm_io; a freed bio is never used again, so that a touch is"
                + " found.",
            "Every check is on; one CPU; a read is a whole preadv2; CPU time, median of "
                + ROUNDS
                + " rounds.");
    return new Table(
        List.of("4 KiB direct reads", "ns a bio", "bios a second", "copies", "allocated"),
        rows,
        notes);
  }

  private static String stack(int depth) {
    return depth == 1 ? "linear" : depth + " times linear";
  }

  private static List<String> row(String what, Cost c) {
    return List.of(
        what,
        String.format(Locale.ROOT, "%.0f", c.read),
        String.format(Locale.ROOT, "%.2f M", 1e3 / c.read),
        String.format(Locale.ROOT, "%.2f", c.read / c.copy),
        String.format(Locale.ROOT, "%.0f B", c.allocated));
  }

  // ---- the machines ---------------------------------------------------------------------------

  private Cost ram(int depth) {
    Cost[] cost = new Cost[1];
    run(
        disks -> RamDisk.add(disks, 0),
        machine -> {
          BlockDevice ram = Disks.of(machine).lookup("ram0");
          fill(ram);
          cost[0] = reads(linear(machine, ram, depth, 1), RAM_PAGES, depth);
        });
    return cost[0];
  }

  private Cost nullDisk(int depth, int targets, boolean memory) {
    int pagesEach = Math.max(1, RAM_PAGES / targets);
    long sectors = (long) targets * pagesEach * SECTORS_PER_PAGE;
    Cost[] cost = new Cost[1];
    run(
        disks ->
            NullDisk.add(disks, 0, DiskOptions.nullb().withMemory(memory).withSectors(sectors)),
        machine -> {
          BlockDevice nullb = Disks.of(machine).lookup("nullb0");
          int pages = (int) (sectors / SECTORS_PER_PAGE);
          cost[0] = reads(linear(machine, nullb, depth, targets), pages, depth);
        });
    return cost[0];
  }

  private static void run(Consumer<Disks> boot, Consumer<Machine> body) {
    Machine machine =
        new Machine(
            Configuration.standard().withCpus(1).withPositions(false).withMaxSteps(Long.MAX_VALUE),
            new RoundRobin());
    machine.boot(() -> boot.accept(Disks.of(machine)));
    machine.spawn("bench", () -> body.accept(machine));
    Outcome outcome = machine.run();
    if (!outcome.isClean()) {
      throw new IllegalStateException("a benchmark found " + outcome.reports());
    }
  }

  /** A stack of mapped devices, the first of them with {@code targets} targets. */
  private static BlockDevice linear(Machine machine, BlockDevice disk, int depth, int targets) {
    DmIoctl dm = DmIoctl.of(machine);
    BlockDevice below = disk;
    for (int i = 0; i < depth; i++) {
      String name = "d" + i;
      long length = below.sectors() / targets;
      List<TableLine> table = new ArrayList<>(targets);
      for (int t = 0; t < (i == 0 ? targets : 1); t++) {
        table.add(new TableLine(t * length, length, "linear", below.dev() + " " + t * length));
      }
      require(dm.create(name, null));
      require(dm.load(name, false, table));
      DmReply resumed = dm.resume(name, false, false);
      require(resumed);
      below = Disks.of(machine).lookup(DmCore.MAJOR, resumed.minor());
    }
    return below;
  }

  private static void require(DmReply reply) {
    if (!reply.ok()) {
      throw new IllegalStateException("an ioctl was refused: " + reply);
    }
  }

  private static void fill(BlockDevice disk) {
    BlockFile file = Syscalls.open(disk, true).file();
    byte[] page = new byte[PAGE];
    for (int i = 0; i < RAM_PAGES; i++) {
      Arrays.fill(page, (byte) i);
      Syscalls.pwritev2(file, page, 0, PAGE, (long) i * PAGE, 0);
    }
    Syscalls.close(file);
  }

  // ---- the measurement ------------------------------------------------------------------------

  private Cost reads(BlockDevice device, int pages, int depth) {
    BlockFile file = Syscalls.open(device, false).file();
    byte[] buffer = new byte[PAGE];
    byte[][] memory = new byte[RAM_PAGES][PAGE];
    int reads = 120_000 / Math.max(1, depth);
    double[] read = new double[ROUNDS];
    double[] copy = new double[ROUNDS];
    double allocated = 0;
    int seed = 1;
    for (int round = -ROUNDS; round < ROUNDS; round++) {
      long bytes = THREADS.getCurrentThreadAllocatedBytes();
      long start = THREADS.getCurrentThreadCpuTime();
      for (int i = 0; i < reads; i++) {
        seed = next(seed);
        long n = Syscalls.preadv2(file, buffer, 0, PAGE, (long) at(seed, pages) * PAGE, 0);
        if (n != PAGE) {
          throw new IllegalStateException("a read returned " + n);
        }
      }
      long middle = THREADS.getCurrentThreadCpuTime();
      bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
      for (int i = 0; i < reads; i++) {
        seed = next(seed);
        System.arraycopy(memory[at(seed, RAM_PAGES)], 0, buffer, 0, PAGE);
        sink += buffer[i & (PAGE - 1)];
      }
      if (round >= 0) {
        read[round] = (middle - start) / (double) reads;
        copy[round] = (THREADS.getCurrentThreadCpuTime() - middle) / (double) reads;
        allocated = bytes / (double) reads;
      }
    }
    Syscalls.close(file);
    return new Cost(median(read), median(copy), allocated);
  }

  /** A page out of {@code pages}, by the high bits of a number. */
  private static int at(int number, int pages) {
    return (int) ((number & 0xffff_ffffL) * pages >>> 32);
  }

  private static int next(int number) {
    return number * 1664525 + 1013904223;
  }

  private static double median(double[] times) {
    Arrays.sort(times);
    return times[times.length / 2];
  }
}
