package org.dmsim.dm.persistent;

import java.util.HashSet;
import java.util.Set;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.locking.SpinLock;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;

/**
 * Gives blocks that may be changed: fresh ones, and copies (shadows) of those that an older
 * transaction still needs. Mirrors {@code struct dm_transaction_manager}, 6.1.
 */
public final class TransactionManager {

  private static final String PREFIX = "transaction manager";
  private static final String PLACE = "drivers/md/persistent-data/dm-transaction-manager.c";

  private final TransactionManager real;
  private final BlockManager bm;
  private final SpinLock lock = new SpinLock("&tm->lock");
  private final Set<Long> shadows = new HashSet<>();
  private final PrefetchSet prefetches = new PrefetchSet();
  private MetadataSpaceMap sm;

  /**
   * A block that may be changed.
   *
   * @param block locked for writing
   * @param children whether what it points to is used once more now, by the copy
   */
  public record Shadow(Block block, boolean children) {}

  private TransactionManager(TransactionManager real, BlockManager bm) {
    this.real = real;
    this.bm = bm;
  }

  /**
   * {@code dm_tm_create_with_sm}: with a new space map of the whole device.
   *
   * @param superblock the block that is used already
   */
  @KernelSymbol("dm_tm_create_with_sm")
  public static TransactionManager create(BlockManager bm, long superblock)
      throws MetadataException {
    TransactionManager tm = new TransactionManager(null, bm);
    tm.sm = new MetadataSpaceMap(tm);
    try {
      tm.sm.create(bm.blocks(), superblock);
    } catch (MetadataException e) {
      DmLog.say(PREFIX, "couldn't create metadata space map");
      throw e;
    }
    return tm;
  }

  /** {@code dm_tm_open_with_sm}: with the space map that has this root. */
  @KernelSymbol("dm_tm_open_with_sm")
  public static TransactionManager open(BlockManager bm, byte[] root) throws MetadataException {
    TransactionManager tm = new TransactionManager(null, bm);
    tm.sm = new MetadataSpaceMap(tm);
    try {
      tm.sm.open(root);
    } catch (MetadataException e) {
      DmLog.say(PREFIX, "couldn't open metadata space map");
      throw e;
    }
    return tm;
  }

  /** One that reads what is cached, and does not wait; {@code dm_tm_create_non_blocking_clone}. */
  @KernelSymbol("dm_tm_create_non_blocking_clone")
  public TransactionManager nonBlockingClone() {
    return new TransactionManager(this, bm);
  }

  /** {@code dm_tm_get_bm}. */
  public BlockManager blocks() {
    return bm;
  }

  /** The space map of the metadata device. */
  public MetadataSpaceMap spaceMap() {
    return sm;
  }

  private void refuseClone() throws MetadataException {
    if (real != null) {
      throw new MetadataException(Errno.EAGAIN);
    }
  }

  // ---- committing -------------------------------------------------------------------------------

  /** Writes everything but the superblock; {@code dm_tm_pre_commit}. */
  @KernelSymbol("dm_tm_pre_commit")
  public void preCommit() throws MetadataException {
    refuseClone();
    sm.commit();
    bm.flush();
  }

  /** Writes the superblock, which is given back: the transaction is real; {@code dm_tm_commit}. */
  @KernelSymbol("dm_tm_commit")
  public void commit(Block superblock) throws MetadataException {
    refuseClone();
    lock.lock();
    shadows.clear();
    lock.unlock();
    bm.unlock(superblock);
    bm.flush();
  }

  // ---- blocks -----------------------------------------------------------------------------------

  /** {@code dm_tm_new_block}: one of zeroes. */
  @KernelSymbol("dm_tm_new_block")
  public Block newBlock(BlockValidator v) throws MetadataException {
    refuseClone();
    long b = sm.newBlock();
    Block block;
    try {
      block = bm.writeLockZero(b, v);
    } catch (MetadataException e) {
      dec(b);
      throw e;
    }
    addShadow(b);
    return block;
  }

  /** {@code dm_tm_shadow_block}: one with the bytes of {@code orig}, which is used once less. */
  @KernelSymbol("dm_tm_shadow_block")
  public Shadow shadow(long orig, BlockValidator v) throws MetadataException {
    refuseClone();
    boolean shared = sm.countIsMoreThanOne(orig);
    if (isShadow(orig) && !shared) {
      return new Shadow(bm.writeLock(orig, v), false);
    }
    Block copy = copy(orig, v);
    addShadow(copy.location());
    return new Shadow(copy, shared);
  }

  @KernelSymbol("__shadow_block")
  private Block copy(long orig, BlockValidator v) throws MetadataException {
    long b = sm.newBlock();
    sm.dec(orig, orig + 1);
    Block from = bm.readLock(orig, v);
    try {
      Block to = bm.writeLockZero(b, v);
      System.arraycopy(from.data(), 0, to.data(), 0, to.data().length);
      return to;
    } finally {
      bm.unlock(from);
    }
  }

  private boolean isShadow(long b) {
    lock.lock();
    boolean is = shadows.contains(b);
    lock.unlock();
    return is;
  }

  private void addShadow(long b) {
    lock.lock();
    shadows.add(b);
    lock.unlock();
  }

  /**
   * {@code dm_tm_read_lock}.
   *
   * @throws MetadataException EAGAIN from a clone that would have to wait
   */
  @KernelSymbol("dm_tm_read_lock")
  public Block readLock(long b, BlockValidator v) throws MetadataException {
    if (real == null) {
      return bm.readLock(b, v);
    }
    try {
      return bm.readTryLock(b, v);
    } catch (MetadataException e) {
      if (e.errno() == Errno.EAGAIN) {
        real.prefetches.add(b);
      }
      throw e;
    }
  }

  /** {@code dm_tm_unlock}. */
  public void unlock(Block b) {
    bm.unlock(b);
  }

  /** Begins to read what clones missed; {@code dm_tm_issue_prefetches}. */
  @KernelSymbol("dm_tm_issue_prefetches")
  public void issuePrefetches() {
    prefetches.issue(bm);
  }

  // ---- counts -----------------------------------------------------------------------------------

  /** {@code dm_tm_inc}: a failure is told to nobody. */
  public void inc(long b) {
    incRange(b, b + 1);
  }

  /** {@code dm_tm_dec}: a failure is told to nobody. */
  public void dec(long b) {
    decRange(b, b + 1);
  }

  /** {@code dm_tm_inc_range}. */
  @KernelSymbol("dm_tm_inc_range")
  public void incRange(long b, long e) {
    KernelBug.on(real != null, PLACE);
    ignoring(() -> sm.inc(b, e));
  }

  /** {@code dm_tm_dec_range}. */
  @KernelSymbol("dm_tm_dec_range")
  public void decRange(long b, long e) {
    KernelBug.on(real != null, PLACE);
    ignoring(() -> sm.dec(b, e));
  }

  /** What may fail. */
  interface Attempt {
    void run() throws MetadataException;
  }

  /** Does something whose failure nobody looks at. */
  static void ignoring(Attempt attempt) {
    try {
      attempt.run();
    } catch (MetadataException e) {
      return; // as the kernel ignores it
    }
  }

  /** {@code dm_tm_ref}: how often a block is used. */
  @KernelSymbol("dm_tm_ref")
  public int ref(long b) throws MetadataException {
    refuseClone();
    return sm.count(b);
  }

  /** {@code dm_tm_block_is_shared}. */
  @KernelSymbol("dm_tm_block_is_shared")
  public boolean isShared(long b) throws MetadataException {
    refuseClone();
    return sm.countIsMoreThanOne(b);
  }
}
