package org.dmsim.block.bio;

import java.lang.invoke.MethodHandles;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Disks;
import org.dmsim.cell.IntField;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;
import org.dmsim.memory.SlabObject;
import org.dmsim.report.Check;
import org.dmsim.report.KernelSymbol;
import org.dmsim.report.Report;
import org.dmsim.splat.Splat;
import org.dmsim.version.KernelPolicies;

/**
 * {@code struct bio}: one operation on a range of sectors, on its way down and back up.
 *
 * <p>Its data is one run of bytes of an array, in place of the kernel's vector of pages: everything
 * that sends bios here has such a run. A driver that needs more in front of its clones extends this
 * class, and gives its {@link BioSet} the constructor; that is the kernel's {@code front_pad}.
 *
 * <p>A bio belongs to one task at a time: the one that makes and submits it, then the one that
 * completes it. Only its count of completions to come is shared.
 */
public class Bio extends SlabObject {

  /** {@code BIO_CLONED}: the data belongs to another bio. */
  public static final int BIO_CLONED = 1 << 1;

  public static final int BIO_QUIET = 1 << 3;

  /** {@code BIO_CHAIN}: more than one completion is awaited. */
  public static final int BIO_CHAIN = 1 << 4;

  /** {@code BIO_REFFED}: {@link #get} was called. */
  public static final int BIO_REFFED = 1 << 5;

  /** {@code BIO_TRACE_COMPLETION}: it was seen to be queued, so its completion is told too. */
  public static final int BIO_TRACE_COMPLETION = 1 << 7;

  /** {@code BIO_REMAPPED}: sectors are those of the whole disk already. */
  public static final int BIO_REMAPPED = 1 << 11;

  /** Ends the parent when the chained bio has ended; {@code bio_chain_endio}. */
  public static final BioEndIo CHAIN_ENDIO = Bio::chainEndio;

  /** Not submitted, or given a new end since. */
  private static final byte IDLE = 0;

  /** Submitted, and its end still to come. */
  private static final byte SUBMITTED = 1;

  /** Ended. */
  private static final byte ENDED = 2;

  private static final IntField REMAINING = IntField.of(MethodHandles.lookup(), "remaining");

  /** Where its memory goes back to; {@link BioSet} is one. */
  public abstract static class Home {
    Home() {}

    abstract void free(Bio bio);
  }

  /** Keeps account of what is on its way to the disks; {@link BlockLayer} does. */
  abstract static class Account extends Disks {
    Account(KernelPolicies kernel) {
      super(kernel);
    }

    private static Account of(BlockDevice bdev) {
      return (Account) bdev.disk().disks();
    }

    abstract void submitted(Bio bio);

    abstract void ended(Bio bio);

    /** A bio has ended that was seen to be queued. */
    abstract void completed(Bio bio);
  }

  Bio next;
  private BlockDevice bdev;
  private int opf;

  /** {@code bi_flags}, as wide as in the kernel: {@link #way} has the room that this leaves. */
  private short flags;

  private BlkStatus status = BlkStatus.OK;
  private long sector;
  private long size;
  private byte[] data;
  private int dataOffset;
  private BioEndIo endIo;
  private Object owner;
  private int remaining = 1;
  private int references = 1;
  Home pool;

  /** Pid of the task that made it, or made the bio that it was cloned from; 0 for none. */
  private int issuer;

  /** The number of the way that it goes: see {@link BlockEvent#way}; 0 as long as nobody asked. */
  private int way;

  private byte stage;
  Bio flightNext;
  Bio flightPrevious;

  /** Memory for a bio, to be initialised; for bio sets. */
  public Bio() {
    this("bio-184");
  }

  /**
   * Memory for a bio with more in front of it.
   *
   * @param cache name of the slab cache that it comes from
   */
  protected Bio(String cache) {
    super(cache, "bio");
  }

  // ---- making ----------------------------------------------------------------------------------

  /**
   * Makes it a new bio for a device; mirrors {@code bio_init}, 6.1.
   *
   * @param device may be null, and be set later
   */
  @KernelSymbol("bio_init")
  public final void init(BlockDevice device, int newOpf) {
    next = null;
    bdev = device;
    opf = newOpf;
    flags = 0;
    status = BlkStatus.OK;
    sector = 0;
    size = 0;
    data = null;
    dataOffset = 0;
    endIo = null;
    owner = null;
    remaining = 1;
    references = 1;
    stage = IDLE;
    way = 0;
    Task maker = Task.current();
    issuer = maker == null ? 0 : maker.pid();
  }

  /** A bio that no bio set owns, such as one on a task's stack. */
  public static Bio onStack(BlockDevice bdev, int opf) {
    Bio bio = new Bio("stack");
    bio.init(bdev, opf);
    return bio;
  }

  /** Mirrors {@code __bio_clone}, 6.1: the same range and the same data. */
  final void cloneFrom(Bio src) {
    flags |= BIO_CLONED;
    issuer = src.issuer;
    way = src.way;
    sector = src.sector;
    size = src.size;
    data = src.data;
    dataOffset = src.dataOffset;
    if (bdev != null && bdev == src.bdev && src.has(BIO_REMAPPED)) {
      flags |= BIO_REMAPPED;
    }
  }

  /** For whom it is: see {@link BlockEvent#issuer}. */
  public final int issuer() {
    return issuer;
  }

  /** The number of its way, for who listens: see {@link BlockEvent#way}. */
  public final int way() {
    return way;
  }

  /** Gives it a number, if it has none yet. */
  final void setWay(int number) {
    way = number;
  }

  /** Gives it data: {@code bytes} bytes of {@code memory} from {@code offset} on. */
  public final void setData(byte[] memory, int offset, int bytes) {
    data = memory;
    dataOffset = offset;
    size = bytes;
  }

  // ---- what it says ----------------------------------------------------------------------------

  /** The device that it is for. */
  public final BlockDevice bdev() {
    return bdev;
  }

  /** Sends it to another device; mirrors {@code bio_set_dev}, 6.1. */
  public final void setDev(BlockDevice device) {
    flags &= ~BIO_REMAPPED;
    bdev = device;
  }

  /** Operation and flags, as in {@link Opf}. */
  public final int opf() {
    return opf;
  }

  /** As {@link #opf}, asked by somebody who gave the bio away: a use of memory that may be gone. */
  public final int askOpf() {
    inUse();
    return opf;
  }

  /** The operation. */
  public final int op() {
    return opf & Opf.REQ_OP_MASK;
  }

  /** Whether one of the given flags of {@link Opf} is set. */
  public final boolean hasOpf(int bits) {
    return (opf & bits) != 0;
  }

  /** Sets operation and flags. */
  public final void setOpf(int value) {
    opf = value;
  }

  /** Adds flags of {@link Opf}. */
  public final void addOpf(int bits) {
    opf |= bits;
  }

  /** Takes flags of {@link Opf} away. */
  public final void clearOpf(int bits) {
    opf &= ~bits;
  }

  /** Whether one of the {@code BIO_} flags is set. */
  public final boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Sets {@code BIO_} flags. */
  public final void setFlag(int flag) {
    flags = (short) (flags | flag);
  }

  /** Clears {@code BIO_} flags. */
  public final void clearFlag(int flag) {
    flags = (short) (flags & ~flag);
  }

  /** {@code bi_status}. */
  public final BlkStatus status() {
    return status;
  }

  /** Sets {@code bi_status}. */
  public final void setStatus(BlkStatus s) {
    status = s;
  }

  /** First sector of what is left of it. */
  public final long sector() {
    return sector;
  }

  /** Sets the first sector. */
  public final void setSector(long s) {
    sector = s;
  }

  /** Bytes left, at most {@link Sectors#UINT_MAX}. */
  public final long size() {
    return size;
  }

  /** Sets the bytes left. */
  public final void setSize(long bytes) {
    size = bytes;
  }

  /** Sectors left. */
  public final long sectors() {
    return size >> Sectors.SHIFT;
  }

  /** The sector behind its last one. */
  public final long endSector() {
    return sector + sectors();
  }

  /** Whether bytes are moved: {@code bio_has_data}. */
  public final boolean hasData() {
    return size != 0 && data != null;
  }

  /** The array that its bytes lie in; null where none are moved. */
  public final byte[] data() {
    return data;
  }

  /** Where in {@link #data} its next byte lies. */
  public final int dataOffset() {
    return dataOffset;
  }

  /** Moves {@link #dataOffset}; for who takes a bio back to an earlier state. */
  public final void setDataOffset(int offset) {
    dataOffset = offset;
  }

  /** What is called when it has ended. */
  public final BioEndIo endIo() {
    return endIo;
  }

  /** Sets what is called when it has ended. */
  public final void setEndIo(BioEndIo e) {
    endIo = e;
    if (stage == ENDED) {
      stage = IDLE;
    }
  }

  /** {@code bi_private}. */
  public final Object owner() {
    return owner;
  }

  /** Sets {@code bi_private}. */
  public final void setOwner(Object o) {
    owner = o;
  }

  /** The set that it was allocated from; null for one on a stack. */
  public final Home pool() {
    return pool;
  }

  // ---- cutting ---------------------------------------------------------------------------------

  /** Skips bytes at its front; mirrors {@code bio_advance}, 6.1. */
  @KernelSymbol("__bio_advance")
  public final void advance(long bytes) {
    sector += bytes >> Sectors.SHIFT;
    size -= bytes;
    if (data != null) {
      dataOffset += (int) bytes;
    }
  }

  /** Leaves {@code count} sectors from {@code offset} on; mirrors {@code bio_trim}, 6.1. */
  @KernelSymbol("bio_trim")
  public final void trim(long offset, long count) {
    if (offset == 0 && count << Sectors.SHIFT == size) {
      return;
    }
    advance(offset << Sectors.SHIFT);
    size = count << Sectors.SHIFT;
  }

  // ---- references and the end ------------------------------------------------------------------

  /** Keeps it from being freed once more; mirrors {@code bio_get}, 6.1. */
  public final void get() {
    flags |= BIO_REFFED;
    references++;
  }

  /** Mirrors {@code bio_put}, 6.1: the last one frees it. */
  @KernelSymbol("bio_put")
  public final void put() {
    inUse();
    if (has(BIO_REFFED) && --references > 0) {
      return;
    }
    if (pool != null) {
      pool.free(this);
    }
  }

  /**
   * This bio's end becomes a part of {@code parent}'s: mirrors {@code bio_chain}, 6.1. It must not
   * have an end of its own, and is freed when it has ended.
   */
  @KernelSymbol("bio_chain")
  public final void chainTo(Bio parent) {
    owner = parent;
    endIo = CHAIN_ENDIO;
    parent.incRemaining();
  }

  /** One more completion is awaited; mirrors {@code bio_inc_remaining}, 6.1. */
  public final void incRemaining() {
    flags |= BIO_CHAIN;
    REMAINING.addInStep(this, 1);
  }

  /**
   * Mirrors {@code bio_endio}, 6.1: one completion. The last one tells it, and calls the end, which
   * may free the bio.
   */
  @KernelSymbol("bio_endio")
  public final void endio() {
    Bio bio = this;
    while (bio.remainingDone()) {
      bio.ended();
      if (bio.bdev != null && bio.has(BIO_TRACE_COMPLETION)) {
        Account.of(bio.bdev).completed(bio);
        bio.flags &= ~BIO_TRACE_COMPLETION;
      }
      BioEndIo end = bio.endIo;
      if (end != CHAIN_ENDIO) {
        if (end != null) {
          end.endIo(bio);
        }
        return;
      }
      bio = endOfChained(bio);
    }
  }

  /** Its owner uses it, as a part of the step being made. */
  private void inUse() {
    Sched.touch(this, Access.READ);
    touchOwned();
  }

  /** It is on its way, and must end. */
  public final void submitted() {
    inUse();
    if (stage != SUBMITTED) {
      stage = SUBMITTED;
      Account.of(bdev).submitted(this);
    }
  }

  private void ended() {
    inUse();
    if (stage == SUBMITTED) {
      Account.of(bdev).ended(this);
    } else if (stage == ENDED) {
      endedTwice();
    }
    stage = ENDED;
  }

  /** Its end was called already, and it was not given another since. */
  private void endedTwice() {
    Task t = Task.current();
    if (t == null) {
      throw new IllegalStateException("ended twice: " + describe());
    }
    new Splat(t, Check.BIO_COMPLETION)
        .headline("bio ended twice: " + describe())
        .dumpStack()
        .make(Report.Counts.NONE);
  }

  private boolean remainingDone() {
    if (!has(BIO_CHAIN)) {
      return true;
    }
    if (REMAINING.decAndTest(this)) {
      flags &= ~BIO_CHAIN;
      return true;
    }
    return false;
  }

  private static Bio endOfChained(Bio bio) {
    Bio parent = (Bio) bio.owner;
    if (bio.status != BlkStatus.OK && parent.status == BlkStatus.OK) {
      parent.status = bio.status;
    }
    bio.put();
    return parent;
  }

  private static void chainEndio(Bio bio) {
    endOfChained(bio).endio();
  }

  /** Ends it with a status. */
  public final void endio(BlkStatus s) {
    status = s;
    endio();
  }

  /** Ends it with an I/O error; mirrors {@code bio_io_error}, 6.1. */
  public final void ioError() {
    endio(BlkStatus.IOERR);
  }

  /** Ends a NOWAIT bio that would have to wait; mirrors {@code bio_wouldblock_error}, 6.1. */
  public final void wouldBlock() {
    flags |= BIO_QUIET;
    endio(BlkStatus.AGAIN);
  }

  /** For reports: device, letters, range. */
  final String describe() {
    return (bdev == null ? "no device" : bdev.name()) + " " + this;
  }

  /** One on a stack goes with the stack. */
  @Override
  protected boolean isReachable() {
    return pool == null || super.isReachable();
  }

  @Override
  public String toString() {
    return Opf.rwbs(opf) + " " + sector + " + " + sectors();
  }
}
