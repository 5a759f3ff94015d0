package org.dmsim.dm.dmio;

import java.util.Arrays;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.bio.BioSet;
import org.dmsim.block.core.BlkCore;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.locking.Completion;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Mempool;
import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SharedLong;
import org.dmsim.report.KernelSymbol;

/**
 * Reads one region, or writes one run of memory to several regions. Mirrors {@code struct
 * dm_io_client} and {@code dm_io}, 6.1.
 */
public final class DmIoClient {

  /** {@code RESERVED_BIO_BASED_IOS}. */
  private static final int MIN_IOS = 16;

  private static final BioEndIo ENDIO = DmIoClient::endio;

  private final Mempool<Io> pool = new Mempool<>("io", null, MIN_IOS, Io::new, io -> {});
  private final BioSet bios = new BioSet("bio", null, MIN_IOS, RegionBio::new);

  /** Mirrors {@code dm_io_client_create}. */
  public DmIoClient() {}

  /** Mirrors {@code dm_io_client_destroy}. */
  @KernelSymbol("dm_io_client_destroy")
  public void destroy() {
    pool.exit();
    bios.exit();
  }

  /** One I/O on its way: {@code struct io}. */
  private final class Io {
    private final SharedLong errors = new SharedLong("io->error_bits", 0);
    private final SharedInt count = new SharedInt("io->count", 0);
    private IoNotify notify;

    /** Mirrors {@code dec_count}. */
    void ended(int region, BlkStatus status) {
      if (status != BlkStatus.OK) {
        errors.fetchOr(1L << region);
      }
      if (count.decAndTest()) {
        complete();
      }
    }

    @KernelSymbol("complete_io")
    private void complete() {
      long bits = errors.peek();
      IoNotify fn = notify;
      pool.free(this);
      fn.ended(bits);
    }
  }

  /** A bio that knows which region of which I/O it is for. */
  private static final class RegionBio extends Bio {
    private Io io;
    private int region;
  }

  /**
   * Does an I/O and waits for it; the bios are REQ_SYNC.
   *
   * @param opf operation and flags, as in {@link Opf}
   * @param memory what is read into or written from; null for an operation without data
   * @param offset where in {@code memory} it starts
   * @return 0, or the bits of the regions that failed
   */
  @KernelSymbol("sync_io")
  public long sync(int opf, byte[] memory, int offset, IoRegion... where) {
    Completion wait = new Completion("&sio.wait");
    long[] errors = new long[1];
    Io io =
        alloc(
            bits -> {
              errors[0] = bits;
              wait.complete();
            });
    dispatch(opf | Opf.REQ_SYNC, memory, offset, io, where);
    wait.waitFor();
    return errors[0];
  }

  /** As {@link #sync}, but returns at once, and {@code notify} is called at the end. */
  @KernelSymbol("async_io")
  public void async(int opf, byte[] memory, int offset, IoNotify notify, IoRegion... where) {
    dispatch(opf, memory, offset, alloc(notify), where);
  }

  private Io alloc(IoNotify notify) {
    Io io = pool.alloc(Gfp.NOIO);
    io.errors.writeOnce(0);
    io.count.writeOnce(1);
    io.notify = notify;
    return io;
  }

  @KernelSymbol("dispatch_io")
  private void dispatch(int opf, byte[] memory, int offset, Io io, IoRegion[] where) {
    for (int i = 0; i < where.length; i++) {
      if (where[i].count() != 0 || (opf & Opf.REQ_PREFLUSH) != 0) {
        region(opf, i, where[i], memory, offset, io);
      }
    }
    io.ended(0, BlkStatus.OK);
  }

  /** Cuts a region into bios: as much as the device takes of a discard, or as a bio carries. */
  @KernelSymbol("do_region")
  private void region(int opf, int region, IoRegion where, byte[] memory, int offset, Io io) {
    long most = mostPerBio(opf, where.bdev());
    if (most == 0) {
      io.count.add(1);
      io.ended(region, BlkStatus.NOTSUPP);
      return;
    }
    long done = 0;
    do {
      long n = Math.min(most, where.count() - done);
      RegionBio bio = (RegionBio) bios.alloc(where.bdev(), opf, Gfp.NOIO);
      bio.io = io;
      bio.region = region;
      int bytes = (int) (n << Sectors.SHIFT);
      bio.setSector(where.sector() + done);
      bio.setEndIo(ENDIO);
      if (carriesData(opf)) {
        bio.setData(memory, offset + (int) (done << Sectors.SHIFT), bytes);
      } else {
        bio.setSize(n << Sectors.SHIFT);
      }
      done += n;
      io.count.add(1);
      BlkCore.submitBio(bio);
    } while (done < where.count());
  }

  private static boolean carriesData(int opf) {
    return Opf.op(opf) == Opf.REQ_OP_READ || Opf.op(opf) == Opf.REQ_OP_WRITE;
  }

  /**
   * Sectors that one bio can take; 0 where the device does not know the operation. Data is taken to
   * lie in one piece, as large areas do in the kernel, where their pages become one segment.
   */
  private static long mostPerBio(int opf, BlockDevice bdev) {
    return switch (Opf.op(opf)) {
      case Opf.REQ_OP_DISCARD -> bdev.queue().limits().maxDiscardSectors;
      case Opf.REQ_OP_WRITE_ZEROES -> bdev.queue().limits().maxWriteZeroesSectors;
      default -> Sectors.UINT_MAX >> Sectors.SHIFT;
    };
  }

  @KernelSymbol("endio")
  private static void endio(Bio ended) {
    RegionBio bio = (RegionBio) ended;
    if (bio.status() != BlkStatus.OK && !Opf.isWrite(bio.opf()) && bio.data() != null) {
      int from = bio.dataOffset();
      Arrays.fill(bio.data(), from, from + (int) bio.size(), (byte) 0);
    }
    Io io = bio.io;
    int region = bio.region;
    BlkStatus status = bio.status();
    bio.put();
    io.ended(region, status);
  }
}
