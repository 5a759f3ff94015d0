package org.dmsim.dm.targets.logwrites;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.core.BlkCore;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.locking.Completion;
import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/**
 * The log of a {@code log-writes} target and the thread that writes it. On disk: a super block in
 * the first sector, then for each entry one sector that says what it is, and its data.
 */
final class WriteLog extends Shared implements Blocker {

  private static final long MAGIC = 0x6a736677736872L;
  private static final long VERSION = 1;
  private static final long SUPER_SECTOR = 0;
  private static final int SUPER_SIZE = 28;

  private final BlockDevice logdev;
  private final int sectorSize;
  private final SpinLock blocksLock = new SpinLock("&lc->blocks_lock");
  private final WaitQueue wait = new WaitQueue("&lc->wait");
  private final Completion superDone = new Completion("&lc->super_done");
  private final Completion exited = new Completion("log-write exit");
  private final SharedInt ioBlocks = new SharedInt("lc->io_blocks", 0);
  private final SharedInt pendingBlocks = new SharedInt("lc->pending_blocks", 0);
  private final ArrayDeque<PendingBlock> unflushed = new ArrayDeque<>();
  private final ArrayDeque<PendingBlock> logging = new ArrayDeque<>();
  private volatile boolean enabled = true;
  private volatile boolean shouldStop;
  private long nextSector;
  private long endSector;
  private long loggedEntries;

  /**
   * An empty log.
   *
   * @param sectorSize logical block of the logged device, bytes
   */
  WriteLog(BlockDevice logdev, int sectorSize) {
    super("lc->logging_blocks");
    this.logdev = logdev;
    this.sectorSize = sectorSize;
    nextSector = sectorSize >> Sectors.SHIFT;
    endSector = logdev.sectors();
  }

  /** Starts the thread; {@code kthread_run}. */
  void start() {
    Task t = Task.current();
    if (t == null) {
      Thread.ofPlatform().daemon().name("log-write").start(this::thread);
    } else {
      t.machine().spawnDaemon("log-write", this::thread);
    }
  }

  // ---- what the target calls --------------------------------------------------------------------

  /** Whether writes are still logged; an error or a full device ends that. */
  boolean isEnabled() {
    Sched.touch(this, Access.READ);
    return enabled;
  }

  long loggedEntries() {
    return loggedEntries;
  }

  long nextSector() {
    return nextSector;
  }

  int sectorSize() {
    return sectorSize;
  }

  /** Counts a block whose end is awaited. */
  void expect() {
    pendingBlocks.add(1);
  }

  /** The flush takes the writes that have ended so far with it. */
  void gather(PendingBlock flush) {
    blocksLock.lockIrq();
    flush.flushed.addAll(unflushed);
    unflushed.clear();
    blocksLock.unlockIrq();
  }

  /** What a block stands for has ended: a plain write waits for a flush, all else is logged. */
  void ended(PendingBlock block) {
    boolean flags = blocksLock.lockIrqsave();
    if (block.is(PendingBlock.FLUSH)) {
      logging.addAll(block.flushed);
      block.flushed.clear();
      logging.add(block);
    } else if (block.is(PendingBlock.FUA)) {
      logging.add(block);
    } else {
      unflushed.add(block);
    }
    changed();
    blocksLock.unlockIrqrestore(flags);
  }

  /** Puts a mark into the log; mirrors {@code log_mark}. */
  @KernelSymbol("log_mark")
  void mark(byte[] text) {
    PendingBlock block = new PendingBlock();
    block.text = text;
    block.flags = PendingBlock.MARK;
    expect();
    blocksLock.lockIrq();
    logging.add(block);
    changed();
    blocksLock.unlockIrq();
  }

  /** The thread looks at the list of blocks and the flags before it takes the lock. */
  private void changed() {
    Sched.touch(this, Access.WRITE);
  }

  /** Logs what was not flushed and a last mark, and ends the thread. */
  void finish() {
    blocksLock.lockIrq();
    ArrayDeque<PendingBlock> later = new ArrayDeque<>(logging);
    logging.clear();
    logging.addAll(unflushed);
    logging.addAll(later);
    unflushed.clear();
    changed();
    blocksLock.unlockIrq();
    mark("dm-log-writes-end".getBytes(StandardCharsets.UTF_8));
    wait.waitEvent(() -> ioBlocks.readOnce() == 0 && pendingBlocks.readOnce() == 0);
    Sched.point(this, Access.WRITE);
    shouldStop = true;
    exited.waitFor();
  }

  // ---- the thread -------------------------------------------------------------------------------

  @KernelSymbol("log_writes_kthread")
  private void thread() {
    while (!stops()) {
      PendingBlock block = take();
      if (block == null) {
        Sched.await(this, Access.READ, this);
      }
    }
    exited.complete();
  }

  private boolean stops() {
    Sched.touch(this, Access.READ);
    return shouldStop;
  }

  /** Takes the next block and logs it; null if there was none. */
  private PendingBlock take() {
    blocksLock.lockIrq();
    PendingBlock block = logging.poll();
    changed();
    long sector = nextSector;
    if (block != null && enabled) {
      reserve(block);
    }
    boolean log = enabled;
    blocksLock.unlockIrq();
    if (block != null && log) {
      write(block, sector);
    } else if (block != null) {
      putPending();
    }
    return block;
  }

  /** Gives the block its place, and counts its I/O; turns logging off where there is no room. */
  private void reserve(PendingBlock block) {
    long perSector = sectorSize >> Sectors.SHIFT;
    nextSector += perSector * (block.is(PendingBlock.DISCARD) ? 1 : 1 + block.sectors);
    if (endSector == 0) {
      endSector = logdev.sectors();
    }
    if (endSector != 0 && nextSector >= endSector) {
      DmLog.say("log-writes", "Ran out of space on the logdev");
      enabled = false;
      return;
    }
    loggedEntries++;
    ioBlocks.add(block.is(PendingBlock.FUA | PendingBlock.MARK) ? 2 : 1);
  }

  @KernelSymbol("log_one_block")
  private void write(PendingBlock block, long sector) {
    writeSectors(block.entry(sectorSize), sector, LOG_END_IO);
    if (block.data != null) {
      ioBlocks.add(1);
      writeSectors(block.data, sector + (sectorSize >> Sectors.SHIFT), LOG_END_IO);
    }
    putPending();
    if (block.is(PendingBlock.FUA | PendingBlock.MARK)) {
      writeSuper();
    }
  }

  @KernelSymbol("log_super")
  private void writeSuper() {
    byte[] block = new byte[Math.max(sectorSize, SUPER_SIZE)];
    ByteBuffer.wrap(block)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(MAGIC)
        .putLong(VERSION)
        .putLong(loggedEntries)
        .putInt(sectorSize);
    writeSectors(block, SUPER_SECTOR, LOG_END_SUPER);
    superDone.waitFor();
  }

  private void writeSectors(byte[] data, long sector, BioEndIo end) {
    Bio bio = BlockLayer.of(logdev).general().alloc(logdev, Opf.REQ_OP_WRITE, Gfp.KERNEL);
    bio.setSector(sector);
    bio.setData(data, 0, data.length);
    bio.setEndIo(end);
    bio.setOwner(this);
    BlkCore.submitBio(bio);
  }

  private static final BioEndIo LOG_END_IO = WriteLog::logEndIo;
  private static final BioEndIo LOG_END_SUPER = WriteLog::logEndSuper;

  @KernelSymbol("log_end_io")
  private static void logEndIo(Bio bio) {
    WriteLog log = (WriteLog) bio.owner();
    if (bio.status() != BlkStatus.OK) {
      DmLog.say("log-writes", "Error writing log block, error=" + bio.status().ordinal());
      boolean flags = log.blocksLock.lockIrqsave();
      log.enabled = false;
      log.changed();
      log.blocksLock.unlockIrqrestore(flags);
    }
    if (log.ioBlocks.decAndTest()) {
      log.wait.wakeUp();
    }
    bio.put();
  }

  @KernelSymbol("log_end_super")
  private static void logEndSuper(Bio bio) {
    ((WriteLog) bio.owner()).superDone.complete();
    logEndIo(bio);
  }

  private void putPending() {
    if (pendingBlocks.decAndTest()) {
      wait.wakeUp();
    }
  }

  /** Whether the thread has something to do. */
  @Override
  public boolean ready() {
    return shouldStop || !logging.isEmpty();
  }

  @Override
  public String waitsFor() {
    return "writes to be logged";
  }
}
