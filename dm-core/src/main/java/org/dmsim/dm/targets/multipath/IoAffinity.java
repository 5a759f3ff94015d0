package org.dmsim.dm.targets.multipath;

import java.util.BitSet;
import org.dmsim.context.Preempt;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.machine.Task;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/**
 * The path that the table line gives to the CPU on which the I/O is sent. Mirrors {@code
 * dm-ps-io-affinity.c}, 6.1. All CPUs are of one node.
 */
final class IoAffinity extends PathSelector {

  /** {@code struct path_info}. It has no lock, and needs none: a late answer is as good. */
  private static final class Info {
    final SharedInt failed = new SharedInt("pi->failed", 0);
    BitSet mask;
  }

  private final int cpus = countCpus();
  private final Path[] byCpu = new Path[cpus];
  private final SharedInt misses = new SharedInt("s->map_misses", 0);

  IoAffinity() {
    super("io-affinity");
  }

  private static int countCpus() {
    Task t = Task.current();
    return t == null ? Runtime.getRuntime().availableProcessors() : t.machine().cpuCount();
  }

  private static Info info(Path path) {
    return (Info) path.selectorData;
  }

  @Override
  @KernelSymbol("ioa_add_path")
  void addPath(Path path, String[] argv) throws TargetError {
    if (argv.length != 1) {
      throw refuse("io-affinity ps: invalid number of arguments");
    }
    Info info = new Info();
    info.mask = parse(argv[0]);
    boolean mapped = false;
    for (int cpu = info.mask.nextSetBit(0); cpu >= 0; cpu = info.mask.nextSetBit(cpu + 1)) {
      if (byCpu[cpu] != null) {
        say("CPU mapping for " + cpu + " exists. Ignoring.");
        continue;
      }
      byCpu[cpu] = path;
      mapped = true;
    }
    if (!mapped) {
      throw refuse("io-affinity ps: No new/valid CPU mapping found");
    }
    path.selectorData = info;
  }

  /** {@code cpumask_parse}: hexadecimal digits, at commas cut into words of 32 bits. */
  private BitSet parse(String text) throws TargetError {
    BitSet mask = new BitSet();
    String[] words = text.replaceAll("^,+|,+$", "").split(",+");
    for (int i = 0; i < words.length; i++) {
      String word = words[words.length - 1 - i];
      if (word.isEmpty() && words.length == 1) {
        break;
      }
      if (!word.matches("[0-9a-fA-F]{1,8}")) {
        throw refuse("io-affinity ps: invalid cpumask");
      }
      BitSet bits = BitSet.valueOf(new long[] {Long.parseLong(word, 16)});
      for (int b = bits.nextSetBit(0); b >= 0; b = bits.nextSetBit(b + 1)) {
        mask.set(i * Integer.SIZE + b);
      }
    }
    if (mask.length() > cpus || (words.length - 1) * Integer.SIZE >= cpus) {
      throw refuse("io-affinity ps: invalid cpumask");
    }
    return mask;
  }

  private static boolean isUsable(Path path) {
    return path != null && info(path).failed.readOnce() == 0;
  }

  @Override
  @KernelSymbol("ioa_select_path")
  Path selectPath(long bytes) {
    Preempt.disable();
    Task t = Task.current();
    Path found = byCpu[t == null ? 0 : t.cpu().number()];
    if (!isUsable(found)) {
      if (found == null) {
        misses.add(1);
      }
      found = firstUsable();
    }
    Preempt.enable();
    return found;
  }

  private Path firstUsable() {
    for (Path p : byCpu) {
      if (isUsable(p)) {
        return p;
      }
    }
    return null;
  }

  @Override
  void failPath(Path path) {
    info(path).failed.writeOnce(1);
  }

  @Override
  void reinstatePath(Path path) {
    info(path).failed.writeOnce(0);
  }

  @Override
  int tableArgs() {
    return 1;
  }

  @Override
  int infoArgs() {
    return 1;
  }

  @Override
  String status(Path path, StatusType type) {
    if (type == StatusType.INFO) {
      return misses.readOnce() + " ";
    }
    long[] words = info(path).mask.toLongArray();
    String digits = Long.toHexString(words.length == 0 ? 0 : words[0]);
    return "0".repeat((cpus + 3) / 4 - digits.length()) + digits + " ";
  }
}
