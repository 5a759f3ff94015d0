package org.dmsim.scenarios.door;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dmsim.block.Sectors;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Disks;
import org.dmsim.block.device.Gendisk;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.block.queue.RequestQueue;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.device.MappedDevice;
import org.dmsim.dm.ioctl.DmIoctl;

/**
 * What the machine's disks look like in the tree: nodes as devtmpfs makes them, folders as sysfs,
 * {@code /dev/mapper/NAME} as udev. Brought up to date when a program looks.
 */
final class DeviceTree {

  /** What /sys/module shows of the targets that are modelled. */
  private static final List<String> MODULES =
      List.of(
          "dm_mod",
          "dm_delay",
          "dm_dust",
          "dm_flakey",
          "dm_log_writes",
          "dm_mirror",
          "dm_snapshot",
          "dm_switch",
          "dm_unstripe",
          "dm_zero");

  private final ShadowTree tree;
  private final Disks disks;
  private final DmIoctl dm;
  private final Map<String, String> texts = new HashMap<>();
  private final Set<String> shown = new HashSet<>();
  private final Set<String> links = new HashSet<>();
  private String seen = "";

  DeviceTree(ShadowTree tree, Disks disks, DmIoctl dm) {
    this.tree = tree;
    this.disks = disks;
    this.dm = dm;
    for (String module : MODULES) {
      tree.mkdir("/sys/module/" + module);
    }
    text("/proc/misc", "236 device-mapper\n");
    text(
        "/proc/devices",
        "Character devices:\n  1 mem\n 10 misc\n\nBlock devices:\n  1 ramdisk\n"
            + DmCore.MAJOR
            + " device-mapper\n253 nullb\n");
    text("/etc/lvm/lvm.conf", LvmConfiguration.text());
  }

  /** The device whose {@code read_ahead_kb} has that name; null if it is none. */
  Gendisk readAheadOf(String name) {
    if (!name.endsWith("/read_ahead_kb")) {
      return null;
    }
    for (Gendisk d : disks.all()) {
      String number = d.major() + ":" + d.firstMinor();
      if (name.equals("/sys/devices/virtual/bdi/" + number + "/read_ahead_kb")
          || name.equals("/sys/block/" + d.name() + "/queue/read_ahead_kb")) {
        return d;
      }
    }
    return null;
  }

  /**
   * A node went that may be a device's: libdevmapper takes away one of the name that it is about to
   * give, where udev has made it.
   */
  void lookAgain() {
    seen = "";
  }

  /** Brings the tree up to date. */
  void refresh() {
    List<Gendisk> all = disks.all();
    String now = fingerprint(all);
    if (now.equals(seen)) {
      return;
    }
    seen = now;
    Set<String> present = new HashSet<>();
    StringBuilder partitions = new StringBuilder("major minor  #blocks  name\n\n");
    for (Gendisk d : all) {
      present.add(d.name());
      if (shown.add(d.name())) {
        appear(d);
      }
      describe(d);
      partitions.append(
          String.format(
              "%4d %8d %10d %s%n", d.major(), d.firstMinor(), d.capacity() / 2, d.name()));
    }
    text("/proc/partitions", partitions.toString());
    for (String gone : new ArrayList<>(shown)) {
      if (!present.contains(gone)) {
        vanish(gone);
      }
    }
    linkHolders(all);
    nameMappedDevices();
  }

  /** Whatever the tree tells, in one line: as long as it is the same the tree is up to date. */
  private String fingerprint(List<Gendisk> all) {
    StringBuilder s = new StringBuilder();
    for (Gendisk d : all) {
      s.append(d.name()).append(' ').append(d.capacity()).append(d.isReadOnly() ? 'r' : 'w');
      s.append(d.readAheadPages());
      MappedDevice md = mapped(d);
      if (md != null) {
        s.append(md.isSuspended() ? 's' : 'l').append(limits(d)).append(slaves(md));
      }
      s.append('\n');
    }
    for (DmIoctl.Named n : dm.names()) {
      s.append(n.minor()).append(' ').append(n.name()).append(' ').append(n.uuid()).append('\n');
    }
    return s.toString();
  }

  private static String limits(Gendisk d) {
    QueueLimits l = d.queue().limits();
    return l.logicalBlockSize
        + "/"
        + l.physicalBlockSize
        + "/"
        + l.ioMin
        + "/"
        + l.ioOpt
        + "/"
        + l.maxDiscardSectors;
  }

  private static MappedDevice mapped(Gendisk d) {
    return d.major() == DmCore.MAJOR && d.privateData() instanceof MappedDevice md ? md : null;
  }

  private static List<String> slaves(MappedDevice md) {
    List<String> names = new ArrayList<>();
    for (BlockDevice b : md.tableDevices().opened()) {
      if (!names.contains(b.disk().name())) {
        names.add(b.disk().name());
      }
    }
    return names;
  }

  // ---- one disk --------------------------------------------------------------------------------

  private static String folder(String disk) {
    return "/sys/block/" + disk;
  }

  private void appear(Gendisk d) {
    String folder = folder(d.name());
    tree.mkdir(folder);
    for (String sub : List.of("holders", "slaves", "queue", "power")) {
      tree.mkdir(folder + "/" + sub);
    }
    String number = d.major() + ":" + d.firstMinor();
    tree.addNode("/dev/" + d.name(), Node.block(d.major(), d.firstMinor(), true));
    tree.symlink("../../block/" + d.name(), "/sys/dev/block/" + number);
    tree.symlink("../../block/" + d.name(), "/sys/class/block/" + d.name());
    tree.symlink("../" + d.name(), "/dev/block/" + number);
    tree.mkdir("/sys/devices/virtual/bdi/" + number);
    tree.symlink("../../devices/virtual/bdi/" + number, folder + "/bdi");
    texts.put(folder + "/number", number);
    text(folder + "/dev", number + "\n");
    text(folder + "/removable", "0\n");
    text(folder + "/diskseq", d.diskSequence() + "\n");
    text(folder + "/ext_range", "1\n");
    text(folder + "/range", "1\n");
    text(folder + "/hidden", "0\n");
    text(folder + "/alignment_offset", "0\n");
    text(folder + "/discard_alignment", "0\n");
    text(folder + "/stat", "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n");
    text(folder + "/inflight", "       0        0\n");
    text(
        folder + "/uevent",
        "MAJOR="
            + d.major()
            + "\nMINOR="
            + d.firstMinor()
            + "\nDEVNAME="
            + d.name()
            + "\nDEVTYPE=disk\nDISKSEQ="
            + d.diskSequence()
            + "\n");
  }

  private void vanish(String name) {
    String number = texts.get(folder(name) + "/number");
    shown.remove(name);
    tree.remove("/dev/" + name, false);
    tree.remove("/sys/dev/block/" + number, false);
    tree.remove("/sys/class/block/" + name, false);
    tree.remove("/dev/block/" + number, false);
    tree.deleteAll(folder(name));
    tree.deleteAll("/sys/devices/virtual/bdi/" + number);
    texts
        .keySet()
        .removeIf(
            t ->
                t.startsWith(folder(name) + "/")
                    || t.startsWith("/sys/devices/virtual/bdi/" + number + "/"));
    links.removeIf(l -> l.startsWith(folder(name) + "/"));
  }

  private void describe(Gendisk d) {
    String folder = folder(d.name());
    RequestQueue q = d.queue();
    QueueLimits l = q.limits();
    Map<String, Object> queue = new LinkedHashMap<>();
    queue.put("logical_block_size", l.logicalBlockSize);
    queue.put("hw_sector_size", l.logicalBlockSize);
    queue.put("physical_block_size", l.physicalBlockSize);
    queue.put("minimum_io_size", l.ioMin);
    queue.put("optimal_io_size", l.ioOpt);
    queue.put("max_sectors_kb", l.maxSectors >> 1);
    queue.put("max_hw_sectors_kb", l.maxHwSectors >> 1);
    queue.put("max_segments", l.maxSegments);
    queue.put("max_segment_size", l.maxSegmentSize);
    queue.put("chunk_sectors", l.chunkSectors);
    queue.put("discard_granularity", l.discardGranularity);
    queue.put("discard_max_bytes", l.maxDiscardSectors << Sectors.SHIFT);
    queue.put("discard_max_hw_bytes", l.maxDiscardSectors << Sectors.SHIFT);
    queue.put("discard_zeroes_data", 0);
    queue.put("write_zeroes_max_bytes", l.maxWriteZeroesSectors << Sectors.SHIFT);
    queue.put("dma_alignment", l.dmaAlignment);
    queue.put("write_cache", q.has(RequestQueue.QUEUE_FLAG_WC) ? "write back" : "write through");
    queue.put("fua", q.has(RequestQueue.QUEUE_FLAG_FUA) ? 1 : 0);
    queue.put("rotational", q.has(RequestQueue.QUEUE_FLAG_NONROT) ? 0 : 1);
    queue.put("stable_writes", q.has(RequestQueue.QUEUE_FLAG_STABLE_WRITES) ? 1 : 0);
    queue.put("zoned", "none");
    queue.put("dax", 0);
    queue.put("nr_zones", 0);
    queue.put("read_ahead_kb", d.readAheadPages() * (Sectors.PAGE_SIZE >> 10));
    queue.put("scheduler", "none");
    queue.forEach((name, value) -> text(folder + "/queue/" + name, value + "\n"));
    String number = d.major() + ":" + d.firstMinor();
    text(
        "/sys/devices/virtual/bdi/" + number + "/read_ahead_kb",
        d.readAheadPages() * (Sectors.PAGE_SIZE >> 10) + "\n");
    text(folder + "/size", d.capacity() + "\n");
    text(folder + "/ro", (d.part0().isReadOnly() ? 1 : 0) + "\n");
    MappedDevice md = mapped(d);
    if (md != null) {
      text(folder + "/dm/suspended", (md.isSuspended() ? 1 : 0) + "\n");
      text(folder + "/dm/rq_based_seq_io_merge_deadline", "0\n");
      text(folder + "/dm/use_blk_mq", "0\n");
    }
  }

  // ---- between disks ---------------------------------------------------------------------------

  private void linkHolders(List<Gendisk> all) {
    Set<String> wanted = new HashSet<>();
    for (Gendisk d : all) {
      MappedDevice md = mapped(d);
      if (md != null) {
        for (String slave : slaves(md)) {
          wanted.add(folder(d.name()) + "/slaves/" + slave);
          wanted.add(folder(slave) + "/holders/" + d.name());
        }
      }
    }
    for (String l : new ArrayList<>(links)) {
      if (!wanted.contains(l)) {
        tree.remove(l, false);
        links.remove(l);
      }
    }
    for (String l : wanted) {
      if (links.add(l)) {
        tree.symlink("../../" + l.substring(l.lastIndexOf('/') + 1), l);
      }
    }
  }

  /** Names and uuids, and a node under /dev/mapper for each device that has none there. */
  private void nameMappedDevices() {
    Map<String, Integer> byName = new HashMap<>();
    for (DmIoctl.Named n : dm.names()) {
      byName.put("/dev/mapper/" + n.name(), n.minor());
      if (shown.contains("dm-" + n.minor())) {
        text(folder("dm-" + n.minor()) + "/dm/name", n.name() + "\n");
        text(folder("dm-" + n.minor()) + "/dm/uuid", n.uuid() + "\n");
      }
    }
    for (Map.Entry<String, Node> e : new ArrayList<>(tree.nodes().entrySet())) {
      Integer minor = byName.get(e.getKey());
      Node node = e.getValue();
      boolean stale = minor == null || minor != node.minor();
      if (node.isBlock() && node.own() && e.getKey().startsWith("/dev/mapper/") && stale) {
        tree.remove(e.getKey(), false);
      }
    }
    byName.forEach(
        (name, minor) -> {
          if (!tree.nodes().containsKey(name) && shown.contains("dm-" + minor)) {
            tree.addNode(name, Node.block(DmCore.MAJOR, minor, true));
          }
        });
  }

  private void text(String name, String text) {
    tree.write(texts, name, text);
  }
}
