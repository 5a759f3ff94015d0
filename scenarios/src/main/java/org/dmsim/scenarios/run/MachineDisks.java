package org.dmsim.scenarios.run;

import java.util.List;
import java.util.regex.Pattern;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.disk.DiskOptions;
import org.dmsim.block.disk.Latency;
import org.dmsim.block.disk.NullDisk;
import org.dmsim.block.disk.RamDisk;
import org.dmsim.scenarios.script.DiskSpec;

/**
 * The disks that a script asks for. A script that asks for none has those of the recordings, where
 * the driver makes a further ram disk as soon as a table names it.
 */
final class MachineDisks {

  private static final int RECORDED_RAM_DISKS = 8;
  private static final int RECORDED_NULL_DISKS = 2;

  private static final Pattern RAM = Pattern.compile("(/dev/)?ram\\d+|" + RamDisk.MAJOR + ":\\d+");

  private MachineDisks() {}

  /** Whether a table's word means a ram disk. */
  static boolean isRam(String word) {
    return RAM.matcher(word).matches();
  }

  /** The recordings' ram disks. */
  static void addRam(BlockLayer disks) {
    for (int i = 0; i < RECORDED_RAM_DISKS; i++) {
      RamDisk.add(disks, i);
    }
    disks.probeWith(RamDisk.MAJOR, number -> RamDisk.add(disks, number));
  }

  static void add(BlockLayer disks, List<DiskSpec> specs) {
    if (specs.isEmpty()) {
      addRam(disks);
      for (int i = 0; i < RECORDED_NULL_DISKS; i++) {
        NullDisk.add(disks, i);
      }
    }
    for (DiskSpec s : specs) {
      switch (s.driver()) {
        case RAM -> RamDisk.add(disks, s.number(), options(DiskOptions.ram(), s));
        case NULL -> NullDisk.add(disks, s.number(), options(DiskOptions.nullb(), s));
      }
    }
  }

  /** What the driver can, unless the script says otherwise; nothing more than it says. */
  private static DiskOptions options(DiskOptions driver, DiskSpec s) {
    int logical = (int) s.option("logical_block_size", driver.logicalBlockSize());
    int physical = Math.max(driver.physicalBlockSize(), logical); // blk_queue_logical_block_size
    DiskOptions o =
        driver
            .withSectors(s.bytes() >> Sectors.SHIFT)
            .withBlocks(logical, (int) s.option("physical_block_size", physical))
            .withSecureErase(s.has("secure_erase"))
            .withWriteZeroes(s.has("write_zeroes"))
            .withWriteCache(s.has("write_cache"), s.has("fua"));
    o =
        s.driver() == DiskSpec.Driver.NULL || s.has("discard")
            ? o.withDiscard(s.has("discard"))
            : o;
    o = s.image() != null ? o.withImage(s.image()) : o;
    o = s.has("nowait") ? o.withNowait(true) : o;
    o = s.has("requests") ? o.withRequests() : o;
    return s.has("latency") ? o.withLatency(Latency.fixed(s.option("latency", 0))) : o;
  }
}
