package org.dmsim.dm.targets.era;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.dmsim.block.Errno;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.persistent.BTree;
import org.dmsim.dm.persistent.BTreeValue;
import org.dmsim.dm.persistent.Block;
import org.dmsim.dm.persistent.BlockManager;
import org.dmsim.dm.persistent.DiskArray;
import org.dmsim.dm.persistent.DiskBitset;
import org.dmsim.dm.persistent.Le;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.dm.persistent.TransactionManager;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.memory.SharedRef;
import org.dmsim.rcu.Rcu;
import org.dmsim.report.KernelSymbol;

/**
 * The eras of a device: {@code struct era_metadata}, 6.1. Used by the worker alone, or while it is
 * stopped; the current writeset by who maps bios, too.
 */
final class EraMetadata {

  static final String PREFIX = "era";
  private static final int BLOCK_SIZE = 4096;
  private static final int MAX_LOCKS = 5;

  private final long blockSize;
  private final BlockManager bm;
  private TransactionManager tm;
  private DiskBitset bitset;
  private BTree tree;
  private DiskArray array;
  int blocks;
  private int era;
  private final Writeset[] writesets = {new Writeset(), new Writeset()};
  private final SharedRef<Writeset> current = new SharedRef<>("md->current_writeset", writesets[0]);
  private long treeRoot;
  private long arrayRoot;
  private long snap;
  private boolean archived;

  /**
   * Opens, or makes, the metadata; mirrors {@code metadata_open}.
   *
   * @param blockSize sectors
   */
  @KernelSymbol("metadata_open")
  EraMetadata(BlockDevice bdev, long blockSize) throws MetadataException {
    this.blockSize = blockSize;
    bm = new BlockManager(bdev, BLOCK_SIZE, MAX_LOCKS);
    try {
      if (superblockIsZero()) {
        format();
      } else {
        open();
      }
    } catch (MetadataException e) {
      bm.destroy();
      throw e;
    }
  }

  /** Mirrors {@code metadata_close}. */
  void close() {
    bm.destroy();
  }

  // ---- saying what failed -----------------------------------------------------------------------

  /** What may fail. */
  interface Action<T> {
    T run() throws MetadataException;
  }

  /** What may fail, for its effect. */
  interface Change {
    void run() throws MetadataException;
  }

  private static <T> T getting(String failed, Action<T> action) throws MetadataException {
    try {
      return action.run();
    } catch (MetadataException e) {
      DmLog.say(PREFIX, failed);
      throw e;
    }
  }

  static void saying(String failed, Change change) throws MetadataException {
    getting(
        failed,
        () -> {
          change.run();
          return null;
        });
  }

  // ---- opening ----------------------------------------------------------------------------------

  private boolean superblockIsZero() throws MetadataException {
    Block b = bm.readLock(EraSuperblock.LOCATION, null);
    boolean zero = Arrays.equals(b.data(), new byte[BLOCK_SIZE]);
    bm.unlock(b);
    return zero;
  }

  private void setupInfos() {
    bitset = new DiskBitset(tm);
    tree = new BTree(tm, 1, new Writesets());
    array = new DiskArray(tm, () -> Integer.BYTES);
  }

  /** Writesets as values: {@code ws_inc} and its friends. */
  private final class Writesets implements BTreeValue {
    @Override
    public int size() {
      return Writeset.DISK_SIZE;
    }

    private long root(MemorySegment at, long offset, int i) {
      return at.get(Le.LE64, offset + (long) i * Writeset.DISK_SIZE + Integer.BYTES);
    }

    @Override
    public void inc(MemorySegment at, long offset, int count) {
      for (int i = 0; i < count; i++) {
        tm.inc(root(at, offset, i));
      }
    }

    @Override
    public void dec(MemorySegment at, long offset, int count) {
      for (int i = 0; i < count; i++) {
        try {
          bitset.delete(root(at, offset, i));
        } catch (MetadataException e) {
          continue; // as the kernel ignores it
        }
      }
    }

    @Override
    public boolean equal(MemorySegment at, long offset, MemorySegment value) {
      return at.asSlice(offset, Writeset.DISK_SIZE).mismatch(value) < 0;
    }
  }

  @KernelSymbol("format_metadata")
  private void format() throws MetadataException {
    tm =
        getting(
            "dm_tm_create_with_sm failed",
            () -> TransactionManager.create(bm, EraSuperblock.LOCATION));
    setupInfos();
    treeRoot = getting("couldn't create new writeset tree", () -> tree.empty());
    arrayRoot = getting("couldn't create era array", () -> array.empty());
    byte[] root = tm.spaceMap().copyRoot();
    Block b = bm.writeLockZero(EraSuperblock.LOCATION, EraSuperblock.VALIDATOR);
    prepare(new EraSuperblock(b), root);
    tm.commit(b);
  }

  @KernelSymbol("prepare_superblock")
  private void prepare(EraSuperblock sb, byte[] root) {
    sb.init((int) blockSize, BLOCK_SIZE >> 9);
    sb.spaceMapRoot(root);
    sb.blocks(blocks);
    sb.era(era);
    Writeset ws = current.peek();
    sb.writeset(ws.bitCount, ws.root);
    sb.treeRoot(treeRoot);
    sb.arrayRoot(arrayRoot);
    sb.snap(snap);
  }

  @KernelSymbol("open_metadata")
  private void open() throws MetadataException {
    Block b =
        getting(
            "couldn't read_lock superblock",
            () -> bm.readLock(EraSuperblock.LOCATION, EraSuperblock.VALIDATOR));
    try {
      EraSuperblock sb = new EraSuperblock(b);
      if (Integer.toUnsignedLong(sb.dataBlockSize()) != blockSize) {
        DmLog.say(
            PREFIX,
            ("changing the data block size (from " + Integer.toUnsignedString(sb.dataBlockSize()))
                + (" to " + blockSize + ") is not supported"));
        throw new MetadataException(Errno.EINVAL);
      }
      tm =
          getting(
              "dm_tm_open_with_sm failed", () -> TransactionManager.open(bm, sb.spaceMapRoot()));
      setupInfos();
      blocks = sb.blocks();
      era = sb.era();
      current.peek().bitCount = sb.writesetBits();
      current.peek().root = sb.writesetRoot();
      treeRoot = sb.treeRoot();
      arrayRoot = sb.arrayRoot();
      snap = sb.snap();
      archived = true;
    } finally {
      bm.unlock(b);
    }
  }

  // ---- blocks -----------------------------------------------------------------------------------

  /** Mirrors {@code metadata_current_marked}: any task. */
  boolean isMarked(long block) {
    Rcu.readLock();
    boolean marked = current.readOnce().isMarked(block);
    Rcu.readUnlock();
    return marked;
  }

  Writeset current() {
    return current.readOnce();
  }

  /** Mirrors {@code writeset_test_and_set}: whether it was marked in memory; else it is on disk. */
  boolean testAndSet(Writeset ws, long block) throws MetadataException {
    if (ws.isMarked(block)) {
      return true;
    }
    ws.root = bitset.set(ws.root, (int) block);
    return false;
  }

  /** Mirrors {@code metadata_resize}. */
  @KernelSymbol("metadata_resize")
  void resize(long count) throws MetadataException {
    if (Long.compareUnsigned(count, 1L << 31) >= 0) {
      DmLog.say(PREFIX, "Invalid number of origin blocks " + Long.toUnsignedString(count));
      throw new MetadataException(Errno.EINVAL);
    }
    for (Writeset ws : writesets) {
      ws.alloc(count);
    }
    byte[] zero = new byte[Integer.BYTES];
    arrayRoot =
        getting(
            "metadata_resize: dm_array_resize failed",
            () -> array.resize(arrayRoot, blocks, (int) count, zero));
    blocks = (int) count;
  }

  // ---- eras -------------------------------------------------------------------------------------

  /** Mirrors {@code metadata_era_archive}. */
  @KernelSymbol("metadata_era_archive")
  void archive() throws MetadataException {
    Writeset ws = current.peek();
    saying("metadata_era_archive: dm_bitset_flush failed", () -> ws.root = bitset.flush(ws.root));
    saying(
        "metadata_era_archive: couldn't insert writeset into btree",
        () -> treeRoot = tree.insert(treeRoot, ws.pack(), Integer.toUnsignedLong(era)));
    ws.root = Writeset.NO_ROOT;
    archived = true;
  }

  /** Mirrors {@code metadata_new_era}. */
  @KernelSymbol("metadata_new_era")
  private void newEra() throws MetadataException {
    Writeset fresh = current.peek() == writesets[0] ? writesets[1] : writesets[0];
    saying("metadata_new_era: writeset_init failed", () -> init(fresh));
    current.writeOnce(fresh);
    Rcu.synchronize(); // everybody who maps bios looks at the new one now
    era++;
  }

  private void init(Writeset ws) throws MetadataException {
    ws.alloc(Integer.toUnsignedLong(blocks));
    ws.bitCount = blocks;
    saying(
        "writeset_init: setup_on_disk_bitset failed",
        () -> {
          ws.root = bitset.empty();
          ws.root = bitset.resize(ws.root, 0, ws.bitCount, false);
        });
  }

  /** Mirrors {@code metadata_era_rollover}. */
  @KernelSymbol("metadata_era_rollover")
  void rollover() throws MetadataException {
    if (current.peek().root != Writeset.NO_ROOT) {
      saying("metadata_era_rollover: metadata_archive_era failed", this::archive);
    }
    saying("metadata_era_rollover: new era failed", this::newEra);
  }

  /** Mirrors {@code metadata_commit}. */
  @KernelSymbol("metadata_commit")
  void commit() throws MetadataException {
    Writeset ws = current.peek();
    if (ws.root != Writeset.NO_ROOT) {
      saying("metadata_commit: bitset flush failed", () -> ws.root = bitset.flush(ws.root));
    }
    saying("metadata_commit: pre commit failed", tm::preCommit);
    byte[] root = tm.spaceMap().copyRoot();
    Block b =
        getting(
            "metadata_commit: superblock lock failed",
            () -> bm.writeLock(EraSuperblock.LOCATION, EraSuperblock.VALIDATOR));
    prepare(new EraSuperblock(b), root);
    tm.commit(b);
  }

  // ---- the copy that user space reads -----------------------------------------------------------

  /** Mirrors {@code metadata_take_snap}. */
  @KernelSymbol("metadata_take_snap")
  void takeSnap() throws MetadataException {
    if (snap != EraSuperblock.LOCATION) {
      DmLog.say(PREFIX, "metadata_take_snap: metadata snapshot already exists");
      throw new MetadataException(Errno.EINVAL);
    }
    saying("metadata_take_snap: era rollover failed", this::rollover);
    saying("metadata_take_snap: pre commit failed", this::commit);
    saying("metadata_take_snap: couldn't increment superblock", () -> inc(EraSuperblock.LOCATION));
    Block clone;
    try {
      clone = tm.shadow(EraSuperblock.LOCATION, EraSuperblock.VALIDATOR).block();
    } catch (MetadataException e) {
      DmLog.say(PREFIX, "metadata_take_snap: couldn't shadow superblock");
      tm.dec(EraSuperblock.LOCATION);
      throw e;
    }
    try {
      saying("metadata_take_snap: couldn't inc writeset tree root", () -> inc(treeRoot));
      try {
        saying("metadata_take_snap: couldn't inc era tree root", () -> inc(arrayRoot));
      } catch (MetadataException e) {
        tm.dec(treeRoot);
        throw e;
      }
    } catch (MetadataException e) {
      tm.unlock(clone);
      tm.dec(clone.location());
      throw e;
    }
    snap = clone.location();
    tm.unlock(clone);
  }

  private void inc(long b) throws MetadataException {
    tm.spaceMap().inc(b, b + 1);
  }

  /** Mirrors {@code metadata_drop_snap}. */
  @KernelSymbol("metadata_drop_snap")
  void dropSnap() throws MetadataException {
    if (snap == EraSuperblock.LOCATION) {
      DmLog.say(PREFIX, "metadata_drop_snap: no snap to drop");
      throw new MetadataException(Errno.EINVAL);
    }
    Block clone =
        getting(
            "metadata_drop_snap: couldn't read lock superblock clone",
            () -> tm.readLock(snap, EraSuperblock.VALIDATOR));
    snap = EraSuperblock.LOCATION;
    try {
      EraSuperblock sb = new EraSuperblock(clone);
      saying(
          "metadata_drop_snap: error deleting writeset tree clone",
          () -> tree.delete(sb.treeRoot()));
      saying(
          "metadata_drop_snap: error deleting era array clone", () -> array.delete(sb.arrayRoot()));
    } finally {
      tm.unlock(clone);
    }
    long location = clone.location();
    tm.spaceMap().dec(location, location + 1);
  }

  /** Mirrors {@code metadata_get_stats}, and the text of the status. */
  String stats() {
    long total = tm.spaceMap().blocks();
    long used = total - tm.spaceMap().free();
    return (BLOCK_SIZE >> 9)
        + (" " + used + "/" + total)
        + (" " + Integer.toUnsignedString(era))
        + (snap != EraSuperblock.LOCATION ? " " + Long.toUnsignedString(snap) : " -");
  }

  // ---- for the digest ---------------------------------------------------------------------------

  /** Whether an era was archived since this was asked last. */
  boolean takeArchived() {
    boolean was = archived;
    archived = false;
    return was;
  }

  /**
   * An era that is over.
   *
   * @param era its number
   * @param bits of its writeset
   * @param root of its writeset
   */
  record Archived(long era, int bits, long root) {}

  /** The oldest era that is not in the array yet; null if there is none. */
  Archived oldest() throws MetadataException {
    long[] key = tree.lowestKey(treeRoot);
    byte[] disk =
        key.length == 0
            ? null
            : getting(
                "metadata_digest_lookup_writeset: dm_btree_lookup failed",
                () -> tree.lookup(treeRoot, key[0]));
    if (disk == null) {
      return null;
    }
    MemorySegment at = MemorySegment.ofArray(disk);
    return new Archived(key[0], at.get(Le.LE32, 0), at.get(Le.LE64, 4));
  }

  void forget(long archivedEra) throws MetadataException {
    saying(
        "metadata_digest_remove_writeset: dm_btree_remove failed",
        () -> treeRoot = tree.remove(treeRoot, archivedEra));
  }

  void enter(int block, byte[] value) throws MetadataException {
    saying(
        "metadata_digest_transcribe_writeset: dm_array_set_value failed",
        () -> arrayRoot = array.set(arrayRoot, block, value));
  }

  DiskBitset newBitset() {
    return new DiskBitset(tm);
  }
}
