package org.dmsim.dm.targets.faulty;

import java.util.Map;
import java.util.TreeMap;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.locking.SpinLock;
import org.dmsim.report.KernelSymbol;

/**
 * The bad blocks of a {@code dust} target, and for each how many writes it still fails. Mirrors the
 * {@code badblocklist} of {@code dm-dust.c}, 6.1.
 */
final class BadBlocks {

  private final SpinLock lock = new SpinLock("&dd->dust_lock");
  private final TreeMap<Long, Integer> failCounts = new TreeMap<>(Long::compareUnsigned);

  /** Nothing is said of what happens to single blocks. */
  boolean quiet;

  private void say(String what) {
    if (!quiet) {
      DmLog.say("dust", what);
    }
  }

  @KernelSymbol("dust_add_block")
  int add(long block, int failCount) {
    boolean flags = lock.lockIrqsave();
    boolean added = failCounts.putIfAbsent(block, failCount) == null;
    String b = Long.toUnsignedString(block);
    say(
        added
            ? "dust_add_block: badblock added at block " + b + " with write fail count " + failCount
            : "dust_add_block: block " + b + " already in badblocklist");
    lock.unlockIrqrestore(flags);
    return added ? 0 : -Errno.EINVAL;
  }

  @KernelSymbol("dust_remove_block")
  int remove(long block) {
    boolean flags = lock.lockIrqsave();
    boolean removed = failCounts.remove(block) != null;
    String b = Long.toUnsignedString(block);
    say(
        removed
            ? "dust_remove_block: badblock removed at block " + b
            : "dust_remove_block: block " + b + " not found in badblocklist");
    lock.unlockIrqrestore(flags);
    return removed ? 0 : -Errno.EINVAL;
  }

  @KernelSymbol("dust_query_block")
  String query(long block) {
    boolean flags = lock.lockIrqsave();
    boolean found = failCounts.containsKey(block);
    lock.unlockIrqrestore(flags);
    return "dust_query_block: block "
        + Long.toUnsignedString(block)
        + (found ? " found in badblocklist" : " not found in badblocklist");
  }

  String count() {
    boolean flags = lock.lockIrqsave();
    int n = failCounts.size();
    lock.unlockIrqrestore(flags);
    return "countbadblocks: " + n + " badblock(s) found";
  }

  @KernelSymbol("dust_list_badblocks")
  String list() {
    boolean flags = lock.lockIrqsave();
    StringBuilder s = new StringBuilder();
    for (Long block : failCounts.keySet()) {
      s.append(Long.toUnsignedString(block)).append('\n');
    }
    lock.unlockIrqrestore(flags);
    return s.isEmpty() ? "No blocks in badblocklist" : s.toString();
  }

  @KernelSymbol("dust_clear_badblocks")
  String clear() {
    boolean flags = lock.lockIrqsave();
    boolean none = failCounts.isEmpty();
    failCounts.clear();
    lock.unlockIrqrestore(flags);
    return none
        ? "dust_clear_badblocks: no badblocks found"
        : "dust_clear_badblocks: badblocks cleared";
  }

  /** A read of a bad block fails. */
  @KernelSymbol("dust_map_read")
  MapResult read(long block) {
    boolean flags = lock.lockIrqsave();
    boolean bad = failCounts.containsKey(block);
    lock.unlockIrqrestore(flags);
    return bad ? MapResult.KILL : MapResult.REMAPPED;
  }

  /**
   * A write of a bad block fails as often as its count says; the next one makes the block good.
   *
   * @param sectorsPerBlock the kernel divides the number of the block by it once more before it
   *     names the block
   */
  @KernelSymbol("dust_map_write")
  MapResult write(long block, int sectorsPerBlock) {
    boolean flags = lock.lockIrqsave();
    Map.Entry<Long, Integer> bad = failCounts.floorEntry(block);
    MapResult r = MapResult.REMAPPED;
    if (bad != null && bad.getKey() == block) {
      if (bad.getValue() > 0) {
        failCounts.put(block, bad.getValue() - 1);
        r = MapResult.KILL;
      } else {
        failCounts.remove(block);
        String named = Long.toUnsignedString(Long.divideUnsigned(block, sectorsPerBlock));
        say("block " + named + " removed from badblocklist by write");
      }
    }
    lock.unlockIrqrestore(flags);
    return r;
  }
}
