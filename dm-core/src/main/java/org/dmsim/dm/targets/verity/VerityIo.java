package org.dmsim.dm.targets.verity;

import java.util.Arrays;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Memory;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;

/** A bio on its way: read, then verified by a worker. Mirrors {@code struct dm_verity_io}, 6.1. */
final class VerityIo {

  /** {@code DM_VERITY_DEFAULT_PREFETCH_SIZE}, bytes. */
  private static final int PREFETCH = 262144;

  private static final BioEndIo END_IO = VerityIo::endIo;

  private final Verity v;
  private final Bio bio;
  private final BioEndIo origEndIo;
  private final long block;
  private final int blocks;
  private final byte[] data;
  private final int dataAt;

  /** The digest that the block at hand should have; {@code verity_io_want_digest}. */
  final byte[] want;

  /** Whether errors are being corrected already; {@code fio->level}. */
  int fecLevel;

  /** A bio that was remapped to the data device, and not submitted yet. */
  VerityIo(Verity v, Bio bio) {
    this.v = v;
    this.bio = bio;
    origEndIo = bio.endIo();
    block = bio.sector() >> v.dataShift();
    blocks = (int) (bio.size() >> v.dataBits);
    data = bio.data();
    dataAt = bio.dataOffset();
    want = new byte[v.digests.size()];
    bio.setEndIo(END_IO);
    bio.setOwner(this);
  }

  // ---- prefetch ---------------------------------------------------------------------------------

  /** Has a worker begin to read the hash blocks; {@code verity_submit_prefetch}. */
  @KernelSymbol("verity_submit_prefetch")
  void submitPrefetch() {
    long first = block;
    long count = blocks;
    if (v.checksOnce()) {
      while (count > 0 && v.isValidated(first)) {
        first++;
        count--;
      }
      while (count > 0 && v.isValidated(first + count - 1)) {
        count--;
      }
      if (count == 0) {
        return;
      }
    }
    int gfp = Gfp.NOIO | Gfp.NORETRY | Gfp.NOMEMALLOC | Gfp.NOWARN;
    if (Memory.succeeds(gfp)) {
      long from = first;
      long last = first + count - 1;
      v.verifyWq.queue(new Work("(work_completion)(&pw->work)", () -> prefetch(v, from, last)));
    }
  }

  /** The root is left out: it is taken to be cached. Mirrors {@code verity_prefetch_io}. */
  @KernelSymbol("verity_prefetch_io")
  private static void prefetch(Verity v, long first, long last) {
    for (int i = v.geometry.levels() - 2; i >= 0; i--) {
      long start = v.geometry.hashBlock(first, i);
      long end = v.geometry.hashBlock(last, i);
      if (i == 0) {
        long cluster = Integer.highestOneBit(PREFETCH >> v.dataBits);
        start &= -cluster;
        end |= cluster - 1;
        end = end >= v.geometry.end() ? v.geometry.end() - 1 : end;
      }
      v.bufio.prefetch(start, end - start + 1);
    }
  }

  // ---- the end of the read ----------------------------------------------------------------------

  @KernelSymbol("verity_end_io")
  private static void endIo(Bio bio) {
    VerityIo io = (VerityIo) bio.owner();
    boolean failed = bio.status() != BlkStatus.OK;
    if (failed && (io.v.fec == null || bio.hasOpf(Opf.REQ_RAHEAD))) {
      io.finish(bio.status());
      return;
    }
    io.v.verifyWq.queue(new Work("(work_completion)(&io->work)", io::work));
  }

  @KernelSymbol("verity_work")
  private void work() {
    BlkStatus status = BlkStatus.OK;
    try {
      verify();
    } catch (VerityException e) {
      status = BlkStatus.ofErrno(-e.errno());
    }
    finish(status);
  }

  @KernelSymbol("verity_finish_io")
  private void finish(BlkStatus status) {
    bio.setEndIo(origEndIo);
    bio.setStatus(status);
    bio.endio();
  }

  /** Mirrors {@code verity_verify_io}. */
  @KernelSymbol("verity_verify_io")
  private void verify() throws VerityException {
    int size = 1 << v.dataBits;
    for (int b = 0; b < blocks; b++) {
      long current = block + b;
      int at = dataAt + b * size;
      boolean read = bio.status() == BlkStatus.OK;
      if (v.checksOnce() && read && v.isValidated(current)) {
        continue;
      }
      if (v.hashForBlock(this, current, want)) {
        Arrays.fill(data, at, at + size, (byte) 0);
      } else if (Arrays.equals(v.digests.of(data, at, size), want) || recheck(current, at)) {
        v.setValidated(current);
      } else if (v.fec == null || !v.fec.decodeData(this, current, data, at)) {
        if (!read || v.handleError("data", current)) {
          throw new VerityException(Errno.EIO);
        }
      }
    }
  }

  /**
   * Reads a block once more, into memory that nobody else can change meanwhile. Mirrors {@code
   * verity_recheck}.
   */
  @KernelSymbol("verity_recheck")
  private boolean recheck(long current, int at) throws VerityException {
    int size = 1 << v.dataBits;
    Object page = v.recheckPage();
    byte[] buffer = new byte[size];
    IoRegion region =
        new IoRegion(v.dataDev.bdev(), current << v.dataShift(), size >> Sectors.SHIFT);
    boolean good =
        v.io.sync(Opf.REQ_OP_READ, buffer, 0, region) == 0
            && Arrays.equals(v.digests.of(buffer, 0, size), want);
    if (good) {
      System.arraycopy(buffer, 0, data, at, size);
    }
    v.recheckPool.free(page);
    return good;
  }
}
