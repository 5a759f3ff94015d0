package org.dmsim.dm.device;

import org.dmsim.block.Errno;
import org.dmsim.dm.table.DmTable;
import org.dmsim.report.KernelSymbol;

/**
 * Persistent memory behind a mapped device. No target of the model has any, so that every operation
 * fails; modelled is how the table is held meanwhile.
 */
public final class DaxOperations {

  private DaxOperations() {}

  /**
   * Mirrors {@code dm_dax_zero_page_range}, 5.9, for a target that has no such operation.
   *
   * @return -EIO
   */
  @KernelSymbol("dm_dax_zero_page_range")
  public static int zeroPageRange(MappedDevice md) {
    int index = md.live.get();
    DmTable map = md.live.read();
    if (map != null && md.core.kernel().has(DmPolicy.DAX_ZERO_PUTS_TWICE)) {
      md.live.put(index);
    }
    md.live.put(index);
    return -Errno.EIO;
  }
}
