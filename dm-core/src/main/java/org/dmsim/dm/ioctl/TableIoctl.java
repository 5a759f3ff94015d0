package org.dmsim.dm.ioctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.dmsim.block.Errno;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.device.MappedDevice;
import org.dmsim.dm.device.TableSwap;
import org.dmsim.dm.table.DmTable;
import org.dmsim.dm.table.TableType;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetType;
import org.dmsim.report.KernelSymbol;

/** The commands about tables: loading, dropping, reading, talking to targets. */
final class TableIoctl {

  /** {@code sizeof(struct dm_target_spec)}. */
  private static final int SPEC = 40;

  /** What {@code dm_stats_message} would take. */
  private static final Set<String> STATISTICS =
      Set.of(
          "@stats_create",
          "@stats_delete",
          "@stats_clear",
          "@stats_list",
          "@stats_print",
          "@stats_print_clear",
          "@stats_set_aux");

  private final NameHash hash;
  private final DmCore core;

  TableIoctl(NameHash hash, DmCore core) {
    this.hash = hash;
    this.core = core;
  }

  // ---- load ------------------------------------------------------------------------------------

  /**
   * Loads a table.
   *
   * @throws NotModelledException before anything is done, where a target is not modelled
   */
  int load(DmParam param, List<TableLine> lines) {
    return load(param, lines, lines.size(), true);
  }

  /**
   * Mirrors {@code table_load}, 6.1.
   *
   * @param expected how many targets the caller says there are
   * @param whole whether all of them could be read; else the next one after {@code lines} fails
   * @throws NotModelledException where a target, or what is asked of it, is not modelled: before
   *     anything is done, or with nothing left of it
   */
  @KernelSymbol("table_load")
  int load(DmParam param, List<TableLine> lines, int expected, boolean whole) {
    lines.forEach(line -> core.targetTypes().find(line.type()));
    MappedDevice md = DeviceLookup.find(hash, param);
    if (md == null) {
      return -Errno.ENXIO;
    }
    int r;
    DmTable table = null;
    try {
      table = DmTable.create(md, !param.has(DmReply.READONLY), expected);
      r = loadInto(md, table, lines, whole);
      if (r == 0) {
        r = stage(md, table, param);
      }
      if (r != 0) {
        table.destroy();
      }
    } catch (TargetError e) {
      r = -e.errno();
    } catch (NotModelledException e) {
      table.destroy(); // nothing is left of it, as if it had never been loaded
      md.put();
      throw e;
    }
    md.put();
    return r;
  }

  private static int loadInto(
      MappedDevice md, DmTable table, List<TableLine> lines, boolean whole) {
    md.lockType();
    try {
      int r = populate(table, lines, whole);
      return r == 0 ? checkTypes(md, table) : r;
    } finally {
      md.unlockType();
    }
  }

  @KernelSymbol("populate_table")
  private static int populate(DmTable table, List<TableLine> lines, boolean whole) {
    if (lines.isEmpty() && whole) {
      say("populate_table: no targets specified");
      return -Errno.EINVAL;
    }
    for (TableLine line : lines) {
      int r = table.addTarget(line.type(), line.start(), line.length(), line.params());
      if (r != 0) {
        say("error adding target to table");
        return r;
      }
    }
    if (!whole) {
      say("unable to find target");
      return -Errno.EINVAL;
    }
    return table.complete();
  }

  private static int checkTypes(MappedDevice md, DmTable table) {
    TargetType immutable = md.immutableTargetType();
    if (immutable != null
        && immutable != table.immutableTargetType()
        && !table.hasWildcardTarget()) {
      say("can't replace immutable target type " + immutable.name());
      return -Errno.EINVAL;
    }
    if (md.type() == TableType.NONE) {
      int r = TableSwap.setupQueue(md, table);
      if (r != 0) {
        say("unable to set up device queue for new table.");
      }
      return r;
    }
    return 0;
  }

  /** Makes a complete table the inactive one, in place of one that is there. */
  private int stage(MappedDevice md, DmTable table, DmParam param) {
    hash.lock.downWrite();
    HashCell cell = NameHash.of(md);
    if (cell == null) {
      say("device has been removed from the dev hash table.");
      hash.lock.upWrite();
      return -Errno.ENXIO;
    }
    DmTable old = cell.newMap;
    cell.newMap = table;
    hash.lock.upWrite();
    param.flags |= DmReply.INACTIVE_PRESENT;
    DeviceLookup.fill(hash, md, param);
    drop(md, old);
    return 0;
  }

  /** Gives up a table that no lookup finds any more; waits for those that did. */
  static void drop(MappedDevice md, DmTable table) {
    if (table != null) {
      md.live.sync();
      table.destroy();
    }
  }

  /** Mirrors {@code table_clear}, 6.1 and 6.3. */
  @KernelSymbol("table_clear")
  int clear(DmParam param) {
    hash.lock.downWrite();
    HashCell cell = DeviceLookup.cell(hash, param);
    if (cell == null) {
      hash.lock.upWrite();
      return -Errno.ENXIO;
    }
    DmTable old = cell.newMap;
    cell.newMap = null;
    MappedDevice md = cell.md;
    boolean nested = core.kernel().has(IoctlPolicy.CLEAR_ANSWERS_UNDER_HASH_LOCK);
    if (!nested) {
      hash.lock.upWrite();
    }
    param.flags &= ~DmReply.INACTIVE_PRESENT;
    DeviceLookup.fill(hash, md, param);
    if (nested) {
      hash.lock.upWrite();
    }
    drop(md, old);
    md.put();
    return 0;
  }

  // ---- reading ---------------------------------------------------------------------------------

  /** Mirrors {@code table_status}, 6.1. */
  @KernelSymbol("table_status")
  int status(DmParam param) {
    MappedDevice md = DeviceLookup.find(hash, param);
    if (md == null) {
      return -Errno.ENXIO;
    }
    DeviceLookup.fill(hash, md, param);
    int index = md.live.get();
    DmTable table = DeviceLookup.asked(hash, md, param);
    param.hasTable = table != null;
    if (table != null) {
      retrieveStatus(table, param);
    }
    md.live.put(index);
    md.put();
    return 0;
  }

  /** Mirrors {@code retrieve_status}, 6.1, with the room that the caller's buffer has. */
  @KernelSymbol("retrieve_status")
  private static void retrieveStatus(DmTable table, DmParam param) {
    StatusType type = param.has(DmReply.STATUS_TABLE) ? StatusType.TABLE : StatusType.INFO;
    List<TableLine> lines = new ArrayList<>();
    int used = 0;
    for (int i = 0; i < table.targetCount(); i++) {
      table.touch();
      DmTarget target = table.target(i);
      int room = param.resultRoom - used - SPEC;
      String text = room > 0 ? target.status(type, param.has(DmReply.NOFLUSH)) : "";
      if (room <= 0 || text.length() + 1 >= room) {
        param.flags |= DmReply.BUFFER_FULL;
        break;
      }
      lines.add(new TableLine(target.begin(), target.length(), target.type().name(), text));
      used = (used + SPEC + text.length() + 1 + 7) & ~7;
      if (used > param.resultRoom) {
        param.flags |= DmReply.BUFFER_FULL;
        break;
      }
    }
    param.targets = lines;
    param.lines = lines.stream().map(TableLine::toString).toList();
    param.targetCount = table.targetCount();
  }

  /** Mirrors {@code table_deps}, 6.1. */
  @KernelSymbol("table_deps")
  int deps(DmParam param) {
    MappedDevice md = DeviceLookup.find(hash, param);
    if (md == null) {
      return -Errno.ENXIO;
    }
    DeviceLookup.fill(hash, md, param);
    int index = md.live.get();
    DmTable table = DeviceLookup.asked(hash, md, param);
    param.hasTable = table != null;
    if (table != null) {
      table.touch();
      param.devices = table.devices().stream().map(DmDev::bdev).toList();
      param.lines = param.devices.stream().map(BlockDevice::dev).toList();
    }
    md.live.put(index);
    md.put();
    return 0;
  }

  // ---- messages --------------------------------------------------------------------------------

  /**
   * Mirrors {@code target_message}, 6.1.
   *
   * @throws NotModelledException before anything is done, for a message that is not modelled
   */
  @KernelSymbol("target_message")
  int message(DmParam param, long sector, String text) {
    String[] argv = Scan.splitArgs(text);
    if (argv.length > 0 && STATISTICS.contains(argv[0].toLowerCase(Locale.ROOT))) {
      throw new NotModelledException("the statistics of device mapper are not modelled");
    }
    MappedDevice md = DeviceLookup.find(hash, param);
    if (md == null) {
      return -Errno.ENXIO;
    }
    StringBuilder answer = new StringBuilder();
    int r = deliver(md, sector, argv, answer);
    if (r >= 0) {
      DeviceLookup.fill(hash, md, param);
    }
    if (r == 1) {
      param.flags |= DmReply.DATA_OUT;
      param.data = answer.toString();
      r = 0;
    }
    md.put();
    return r;
  }

  /** As {@link #message}, where the caller's buffer holds none. */
  int unreadableMessage(DmParam param) {
    MappedDevice md = DeviceLookup.find(hash, param);
    if (md == null) {
      return -Errno.ENXIO;
    }
    say("Invalid target message parameters.");
    md.put();
    return -Errno.EINVAL;
  }

  private static int deliver(MappedDevice md, long sector, String[] argv, StringBuilder answer) {
    if (argv.length == 0) {
      say("Empty message received.");
      return -Errno.EINVAL;
    }
    if (argv[0].startsWith("@")) {
      return messageForMd(md, argv);
    }
    int index = md.live.get();
    int r = deliverToTarget(md, md.live.read(), sector, argv, answer);
    md.live.put(index);
    return r;
  }

  private static int deliverToTarget(
      MappedDevice md, DmTable table, long sector, String[] argv, StringBuilder answer) {
    if (table == null) {
      say("The device has no table.");
      return -Errno.EINVAL;
    }
    if (md.isDeleting()) {
      return -Errno.ENXIO;
    }
    table.touch();
    DmTarget target = table.findTarget(sector);
    if (target == null) {
      say("Target message sector outside device.");
      return -Errno.EINVAL;
    }
    if (!target.type().hasMessages()) {
      say("Target type does not support messages");
      return -Errno.EINVAL;
    }
    return target.message(argv, answer);
  }

  /** Mirrors {@code message_for_md}, 6.1. */
  @KernelSymbol("message_for_md")
  private static int messageForMd(MappedDevice md, String[] argv) {
    if (argv[0].equalsIgnoreCase("@cancel_deferred_remove")) {
      if (argv.length != 1) {
        say("Invalid arguments for @cancel_deferred_remove");
        return -Errno.EINVAL;
      }
      return md.cancelDeferredRemove();
    }
    say("Unsupported message sent to DM core: " + argv[0]);
    return -Errno.EINVAL;
  }

  private static void say(String what) {
    DmLog.say("ioctl", what);
  }
}
