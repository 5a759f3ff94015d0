package org.dmsim.scenarios.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.device.BlockDevice;
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

  /** Bytes that the host fetches at once. */
  private static final int LINE = 64;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What was measured goes somewhere, so that it cannot be left out. */
  private long sink;

  private int seed = 1;

  @Override
  public String name() {
    return "bio";
  }

  @Override
  public String shows() {
    return "what a direct read of 4 KiB costs through linear, beside a plain copy of 4 KiB";
  }

  /**
   * One row: nanoseconds of a read; of a copy measured beside it, in a row of copies and where each
   * waits for the one before; and bytes allocated a read.
   */
  private record Cost(double read, double copy, double awaitedCopy, double allocated) {}

  /** Which page is read next, and what is done between two reads. */
  private enum Way {
    RANDOM,
    IN_ORDER,
    /** A plain copy of a random page follows each read. */
    WITH_COPY
  }

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
    for (int depth = 0; depth < 2; depth++) {
      String what = depth == 0 ? "null disk itself" : "linear over the null disk";
      rows.add(row(what + " and a plain copy", nullDisk(depth, 1, false, Way.WITH_COPY)));
    }
    for (int targets : TABLES) {
      String s = targets == 1 ? "" : "s";
      rows.add(
          row(
              String.format(Locale.ROOT, "table of %,d target%s, null disk", targets, s),
              nullDisk(1, targets, false)));
    }
    int most = TABLES[TABLES.length - 1];
    rows.add(
        row(
            String.format(Locale.ROOT, "table of %,d targets, read in order", most),
            nullDisk(1, most, false, Way.IN_ORDER)));
    List<String> notes =
        List.of(
            "copies: the read's time in plain copies of 4 KiB, which are measured in turn with it,"
                + " over as many pages in the same random order. Copies in a row overlap: the host"
                + " begins one before the last bytes of the one before have come. What else a read"
                + " does lies in between.",
            "awaited: the same, in copies each of which waits for the last bytes of the one"
                + " before.",
            "The ram disk holds 64 MiB, so its pages come from main memory, for both. It can cost"
                + " no less than the rows with a plain copy in place of the ram disk's own.",
            "The null disk moves no data, as the kernel's does by default; what is left is the way"
                + " down and up.",
            "A lookup goes through levels of 16 keys, the kernel's through nodes of 8: one among 16"
                + " targets, five among a million. Read in order, the keys and targets are in the"
                + " host's cache, and the levels are all that a larger table costs. At random, the"
                + " lowest keys, the target's address and the target each come from main memory,"
                + " one after the other.",
            "allocated: the read's bio and completion, which are on the kernel's stack, and for"
                + " each device in between one clone with its dm_io. None of them is used again"
                + " once it is freed, so that whoever still points at it is found out by its next"
                + " touch, however late.",
            "Every check is on; one CPU; tasks take turns by default, which a machine does not ask"
                + " at each scheduling point; a read is a whole preadv2; CPU time, median of "
                + ROUNDS
                + " rounds.");
    return new Table(
        List.of(
            "4 KiB direct reads", "ns a bio", "bios a second", "copies", "awaited", "allocated"),
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
        String.format(Locale.ROOT, "%.2f", c.read / c.awaitedCopy),
        String.format(Locale.ROOT, "%.0f B", c.allocated));
  }

  // ---- the machines ---------------------------------------------------------------------------

  private Cost ram(int depth) {
    Cost[] cost = new Cost[1];
    run(
        disks -> RamDisk.add(disks, 0),
        machine -> {
          BlockDevice ram = BlockLayer.of(machine).lookup("ram0");
          fill(ram);
          cost[0] = reads(linear(machine, ram, depth, 1), RAM_PAGES, depth, Way.RANDOM);
        });
    return cost[0];
  }

  private Cost nullDisk(int depth, int targets, boolean memory) {
    return nullDisk(depth, targets, memory, Way.RANDOM);
  }

  private Cost nullDisk(int depth, int targets, boolean memory, Way way) {
    int pagesEach = Math.max(1, RAM_PAGES / targets);
    long sectors = (long) targets * pagesEach * SECTORS_PER_PAGE;
    Cost[] cost = new Cost[1];
    run(
        disks ->
            NullDisk.add(disks, 0, DiskOptions.nullb().withMemory(memory).withSectors(sectors)),
        machine -> {
          BlockDevice nullb = BlockLayer.of(machine).lookup("nullb0");
          int pages = (int) (sectors / SECTORS_PER_PAGE);
          cost[0] = reads(linear(machine, nullb, depth, targets), pages, depth, way);
        });
    return cost[0];
  }

  private static void run(Consumer<BlockLayer> boot, Consumer<Machine> body) {
    Machine machine =
        new Machine(
            Configuration.standard().withCpus(1).withPositions(false).withMaxSteps(Long.MAX_VALUE),
            new RoundRobin());
    machine.boot(() -> boot.accept(BlockLayer.of(machine)));
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
      below = BlockLayer.of(machine).lookup(DmCore.MAJOR, resumed.minor());
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

  private Cost reads(BlockDevice device, int pages, int depth, Way way) {
    BlockFile file = Syscalls.open(device, false).file();
    byte[] buffer = new byte[PAGE];
    byte[][] memory = new byte[RAM_PAGES][PAGE];
    int reads = 120_000 / Math.max(1, depth);
    double[][] times = new double[3][ROUNDS];
    double allocated = 0;
    for (int round = -ROUNDS; round < ROUNDS; round++) {
      long bytes = THREADS.getCurrentThreadAllocatedBytes();
      long start = THREADS.getCurrentThreadCpuTime();
      read(file, buffer, pages, reads, way, memory);
      long read = THREADS.getCurrentThreadCpuTime();
      bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
      copy(memory, buffer, reads);
      long copied = THREADS.getCurrentThreadCpuTime();
      copyAwaited(memory, buffer, reads);
      if (round >= 0) {
        times[0][round] = (read - start) / (double) reads;
        times[1][round] = (copied - read) / (double) reads;
        times[2][round] = (THREADS.getCurrentThreadCpuTime() - copied) / (double) reads;
        allocated = bytes / (double) reads;
      }
    }
    Syscalls.close(file);
    return new Cost(median(times[0]), median(times[1]), median(times[2]), allocated);
  }

  private void read(BlockFile file, byte[] buffer, int pages, int reads, Way way, byte[][] memory) {
    int n = seed;
    int next = 0;
    for (int i = 0; i < reads; i++) {
      n = next(n);
      int page = way == Way.IN_ORDER ? next : at(n, pages);
      next = page + 1 == pages ? 0 : page + 1;
      long got = Syscalls.preadv2(file, buffer, 0, PAGE, (long) page * PAGE, 0);
      if (got != PAGE) {
        throw new IllegalStateException("a read returned " + got);
      }
      if (way == Way.WITH_COPY) {
        System.arraycopy(memory[at(n, RAM_PAGES)], 0, buffer, 0, PAGE);
        sink += buffer[i & (PAGE - 1)];
      }
    }
    seed = n;
  }

  /** Plain copies of random pages, which the host may overlap. */
  private void copy(byte[][] memory, byte[] buffer, int copies) {
    int n = seed;
    for (int i = 0; i < copies; i++) {
      n = next(n);
      System.arraycopy(memory[at(n, RAM_PAGES)], 0, buffer, 0, PAGE);
      sink += buffer[i & (PAGE - 1)];
    }
    seed = n;
  }

  /** The same of pages of zeroes, where which page is next depends on the last line copied. */
  private void copyAwaited(byte[][] memory, byte[] buffer, int copies) {
    int n = seed;
    for (int i = 0; i < copies; i++) {
      n = next(n);
      System.arraycopy(memory[at(n, RAM_PAGES)], 0, buffer, 0, PAGE);
      n += buffer[PAGE - 1 - (i & (LINE - 1))];
    }
    seed = n;
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
