package org.dmsim.dm.targets.integrity;

import java.util.Arrays;
import org.dmsim.block.Sectors;
import org.dmsim.dm.bufio.BufioClient;
import org.dmsim.dm.bufio.BufioException;
import org.dmsim.dm.bufio.DmBuffer;
import org.dmsim.report.KernelSymbol;

/** Tags on their device, through the cache. Mirrors {@code dm_integrity_rw_tag}, 6.1. */
final class Tags {

  /** {@code DISCARD_FILLER}: the tag of what was discarded, if discards are allowed. */
  static final byte FILLER = (byte) 0xf6;

  /** What is done with tags. */
  enum Op {
    READ,
    WRITE,
    COMPARE
  }

  /** Where the next tag is; goes on with each use. */
  static final class Place {
    long block;
    int offset;

    Place(Layout layout, long area, long at) {
      move(layout, area, at);
    }

    void move(Layout layout, long area, long at) {
      block = layout.metadataBlock(area, at);
      offset = layout.metadataOffset(area, at);
    }
  }

  private final Integrity ic;
  private final BufioClient bufio;

  Tags(Integrity ic, BufioClient bufio) {
    this.ic = ic;
    this.bufio = bufio;
  }

  /**
   * Reads, writes or compares tags.
   *
   * @param tags whole tags, one after the other
   * @param length bytes of them
   * @return 0, a negative errno, or, of a comparison, how many bytes are left from the first tag
   *     that differs
   */
  @KernelSymbol("dm_integrity_rw_tag")
  int use(byte[] tags, int length, Place place, Op op) {
    int size = Sectors.SIZE << ic.layout.log2BufferSectors;
    int at = 0;
    Comparison c = new Comparison(ic.layout.tagSize, ic.options.allowDiscards);
    while (at < length) {
      int failed = ic.failed();
      if (failed != 0) {
        return failed;
      }
      DmBuffer b;
      try {
        b = bufio.read(place.block);
      } catch (BufioException e) {
        return -e.errno();
      }
      int n = Math.min(size - place.offset, length - at);
      int to = place.offset + n;
      boolean same = Arrays.equals(b.data(), place.offset, to, tags, at, at + n);
      if (op == Op.WRITE && !same) {
        System.arraycopy(tags, at, b.data(), place.offset, n);
        bufio.markPartialDirty(b, place.offset, to);
      }
      if (op == Op.READ) {
        System.arraycopy(b.data(), place.offset, tags, at, n);
      }
      boolean differs = op == Op.COMPARE && c.differs(b.data(), place.offset, tags, at, n);
      bufio.release(b);
      if (differs) {
        return length - at;
      }
      at += n;
      place.offset = to;
      if (to == size) {
        place.block++;
        place.offset = 0;
      }
    }
    return 0;
  }

  /**
   * A tag is right if it is the digest, or, with discards, the filler; it may lie in two buffers.
   */
  private static final class Comparison {
    private final int tagSize;
    private final boolean discards;
    private int inTag;
    private boolean mayBeHash = true;
    private boolean mayBeFiller;

    Comparison(int tagSize, boolean discards) {
      this.tagSize = tagSize;
      this.discards = discards;
      mayBeFiller = discards;
    }

    boolean differs(byte[] stored, int storedAt, byte[] tags, int at, int n) {
      for (int i = 0; i < n; i++) {
        mayBeHash &= stored[storedAt + i] == tags[at + i];
        mayBeFiller &= stored[storedAt + i] == FILLER;
        if (++inTag == tagSize) {
          if (!mayBeHash && !mayBeFiller) {
            return true;
          }
          inTag = 0;
          mayBeHash = true;
          mayBeFiller = discards;
        }
      }
      return false;
    }
  }

  /** Writes what is dirty, and flushes the device of the tags; an error is the target's. */
  void flush() {
    int r = bufio.writeDirtyBuffers();
    if (r != 0) {
      ic.ioError("writing tags", r);
    }
  }

  void writeAsync() {
    bufio.writeDirtyBuffersAsync();
  }

  static byte[] fillers(int bytes) {
    byte[] fillers = new byte[bytes];
    Arrays.fill(fillers, FILLER);
    return fillers;
  }
}
