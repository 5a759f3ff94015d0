package org.dmsim.scenarios.bench;

import java.util.List;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.device.LiveTableLookup;
import org.dmsim.dm.device.MappedDevice;
import org.dmsim.dm.device.TableSwap;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.dm.ioctl.TableLine;
import org.dmsim.dm.table.DmTable;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.version.KernelVersion;

/**
 * The live table of a mapped device on real threads: the lookup of a bio, and {@code dm_swap_table}
 * with the tables made and destroyed. The device stays suspended, as a swap wants it.
 */
final class LiveTables implements ReadSections.Shared {

  private static final String NAME = "d0";

  private final int opf;
  private final MappedDevice md;

  /** Looked up by bios with such flags. */
  LiveTables(int flags) {
    opf = Opf.REQ_OP_READ | flags;
    DmCore core = new DmCore(new BlockLayer(), KernelVersion.RECORDED, 2);
    DmIoctl dm = new DmIoctl(core);
    dm.create(NAME, null);
    dm.load(NAME, false, List.of(new TableLine(0, 8, "zero", "")));
    dm.resume(NAME, false, false);
    dm.suspend(NAME, false, false);
    md = core.getMd(0);
  }

  @Override
  public long read(int n) {
    LiveTableLookup lookup = LiveTableLookup.RCU_IF_NOWAIT;
    long sum = 0;
    for (int i = 0; i < n; i++) {
      int cookie = lookup.open(md, opf);
      sum += lookup.read(md, opf).size();
      lookup.close(md, cookie, opf, null);
    }
    return sum;
  }

  @Override
  public void swap() {
    TableSwap.swap(md, table()).old().destroy();
  }

  private DmTable table() {
    try {
      DmTable table = DmTable.create(md, true, 1);
      table.addTarget("zero", 0, 8, "");
      table.complete();
      return table;
    } catch (TargetError e) {
      throw new IllegalStateException("a table of one target is refused", e);
    }
  }
}
