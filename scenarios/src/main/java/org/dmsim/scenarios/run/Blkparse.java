package org.dmsim.scenarios.run;

import java.util.Locale;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.BlockEvent;

/** Block events as blkparse prints them by default: what people's own scripts read. */
final class Blkparse {

  private static final long SECOND = 1_000_000_000L;

  private long sequence;

  /** One line: device, CPU, sequence, time, pid, action, RWBS, and what belongs to the action. */
  String line(BlockEvent e) {
    String head =
        String.format(
            Locale.ROOT,
            "%3d,%-3d %2d %8d %5d.%09d %5d %2s %3s ",
            e.major(),
            e.minor(),
            e.cpu(),
            ++sequence,
            e.time() / SECOND,
            e.time() % SECOND,
            e.pid(),
            e.action().letter(),
            Opf.rwbs(e.opf()));
    String sector = Long.toUnsignedString(e.sector());
    String extent = e.sectors() == 0 ? sector : sector + " + " + e.sectors();
    return head
        + switch (e.action()) {
          case QUEUE -> (e.sectors() == 0 ? "" : extent + " ") + "[" + e.comm() + "]";
          case REMAP ->
              sector
                  + " + "
                  + e.sectors()
                  + " <- ("
                  + e.fromMajor()
                  + ","
                  + e.fromMinor()
                  + ") "
                  + Long.toUnsignedString(e.other());
          case SPLIT -> sector + " / " + Long.toUnsignedString(e.other()) + " [" + e.comm() + "]";
          case MERGE -> extent + " [" + e.comm() + "]";
          case COMPLETE -> extent + " [" + e.other() + "]";
        };
  }
}
