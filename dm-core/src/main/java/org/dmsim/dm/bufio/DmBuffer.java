package org.dmsim.dm.bufio;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.core.BlkCore;
import org.dmsim.context.MightSleep;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Memory;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;
import org.dmsim.version.SourcePlace;

/**
 * One cached block: {@code struct dm_buffer}, 6.1. Whoever has it holds it until he releases it.
 */
public final class DmBuffer extends Shared {

  /** {@code B_READING}. */
  static final int READING = 1;

  /** {@code B_WRITING}. */
  static final int WRITING = 1 << 1;

  /** {@code B_DIRTY}. */
  static final int DIRTY = 1 << 2;

  /** {@code DM_BUFIO_WRITE_ALIGN}. */
  private static final int WRITE_ALIGN = 4096;

  private static final SourcePlace WAIT_ON_BIT_IO =
      SourcePlace.of("include/linux/wait_bit.h", 98, 98);

  private static final BioEndIo BIO_COMPLETE = DmBuffer::bioComplete;

  private final BufioClient client;
  private final byte[] data;
  private int state;
  private boolean writes;
  private int writeStart;
  private int writeEnd;

  Object aux;
  long block;
  int holdCount;
  boolean onDirtyList;
  BlkStatus readError = BlkStatus.OK;
  BlkStatus writeError = BlkStatus.OK;
  int dirtyStart;
  int dirtyEnd;

  DmBuffer(BufioClient client) {
    super("dm_buffer");
    this.client = client;
    this.data = new byte[client.blockSize()];
  }

  /** The client whose block it is; {@code dm_bufio_get_client}. */
  public BufioClient client() {
    return client;
  }

  /** Which block of the device; {@code dm_bufio_get_block_number}. */
  public long block() {
    return block;
  }

  /** Its bytes, for who holds it; {@code dm_bufio_get_block_data}. */
  public byte[] data() {
    return data;
  }

  /** What the client keeps with it; {@code dm_bufio_get_aux_data}. */
  public Object aux() {
    return aux;
  }

  // ---- the bits of its state --------------------------------------------------------------------

  /** {@code test_bit}: whether one of these is set. */
  boolean is(int bits) {
    Sched.point(this, Access.READ);
    return (state & bits) != 0;
  }

  void setState(int bits) {
    Sched.point(this, Access.WRITE);
    state = bits;
  }

  /** {@code test_and_set_bit}: whether it was set before. */
  boolean testAndSet(int bit) {
    Sched.point(this, Access.WRITE);
    boolean was = (state & bit) != 0;
    state |= bit;
    return was;
  }

  /** {@code clear_bit} and {@code wake_up_bit}. */
  void clear(int bit) {
    Sched.point(this, Access.WRITE);
    state &= ~bit;
  }

  /** Sleeps until a bit is clear. */
  @KernelSymbol("wait_on_bit_io")
  void waitFor(int bit) {
    MightSleep.check(WAIT_ON_BIT_IO);
    Sched.await(this, Access.READ, new Clear(bit));
  }

  /** Sleeps until {@link #WRITING} is clear, and sets it; {@code wait_on_bit_lock_io}. */
  @KernelSymbol("wait_on_bit_lock_io")
  void lockForWriting() {
    waitFor(WRITING);
    testAndSet(WRITING);
  }

  private final class Clear implements Blocker {
    private final int bit;

    Clear(int bit) {
      this.bit = bit;
    }

    @Override
    public boolean ready() {
      return (state & bit) == 0;
    }

    @Override
    public String waitsFor() {
      return "block " + block + (bit == READING ? " to be read" : " to be written");
    }
  }

  // ---- I/O --------------------------------------------------------------------------------------

  /** Reads the block; {@link #READING} is set, and cleared at the end. */
  void submitRead() {
    writes = false;
    submit(Opf.REQ_OP_READ, client.sectorOf(block), 0, data.length);
  }

  /** What is dirty is to be written; {@code __write_dirty_buffer}, until it is submitted. */
  boolean prepareWrite() {
    if (!is(DIRTY)) {
      return false;
    }
    clear(DIRTY);
    lockForWriting();
    writeStart = dirtyStart;
    writeEnd = dirtyEnd;
    return true;
  }

  /** Writes what was prepared, on both sides up to what the device writes at once. */
  void submitWrite() {
    writes = true;
    client.beforeWrite(this);
    int align = Math.max(WRITE_ALIGN, client.bdev().queue().limits().physicalBlockSize);
    int from = writeStart & -align;
    int to = Math.min((writeEnd + align - 1) & -align, data.length);
    submit(Opf.REQ_OP_WRITE, client.sectorOf(block) + (from >> Sectors.SHIFT), from, to - from);
  }

  /** Mirrors {@code use_bio} and, where there is no memory for a bio, {@code use_dmio}, 6.1. */
  @KernelSymbol("submit_io")
  private void submit(int op, long sector, int offset, int length) {
    if (!Memory.succeeds(Gfp.NOWAIT | Gfp.NORETRY | Gfp.NOWARN)) {
      IoRegion region = new IoRegion(client.bdev(), sector, length >> Sectors.SHIFT);
      client.dmIo().async(op, data, offset, this::dmioComplete, region);
      return;
    }
    Bio bio = new Bio();
    bio.init(client.bdev(), op);
    bio.setSector(sector);
    bio.setData(data, offset, length);
    bio.setEndIo(BIO_COMPLETE);
    bio.setOwner(this);
    BlkCore.submitBio(bio);
  }

  @KernelSymbol("bio_complete")
  private static void bioComplete(Bio bio) {
    DmBuffer b = (DmBuffer) bio.owner();
    BlkStatus status = bio.status();
    bio.freeOwned();
    b.ended(status);
  }

  @KernelSymbol("dmio_complete")
  private void dmioComplete(long errors) {
    ended(errors == 0 ? BlkStatus.OK : BlkStatus.IOERR);
  }

  /** Mirrors {@code read_endio} and {@code write_endio}: in any context. */
  private void ended(BlkStatus status) {
    KernelBug.on((state & (writes ? WRITING : READING)) == 0, "drivers/md/dm-bufio.c");
    if (writes) {
      writeError = status;
      if (status != BlkStatus.OK) {
        client.noteWriteError(status);
      }
      clear(WRITING);
    } else {
      readError = status;
      clear(READING);
    }
  }

  @Override
  public String toString() {
    return "block " + block;
  }
}
