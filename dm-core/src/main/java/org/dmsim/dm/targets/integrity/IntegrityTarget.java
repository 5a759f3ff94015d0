package org.dmsim.dm.targets.integrity;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.dm.bufio.BufioClient;
import org.dmsim.dm.crypto.CryptoApi;
import org.dmsim.dm.crypto.CryptoException;
import org.dmsim.dm.crypto.Shash;
import org.dmsim.dm.crypto.Skcipher;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetFeature;
import org.dmsim.report.KernelSymbol;

/**
 * {@code integrity DEVICE START TAGSIZE|- J|B|D|R COUNT [FEATURE ...]}: a device with a tag beside
 * each of its blocks. Mirrors {@code dm-integrity.c}, 6.1.
 */
@DmTargetType(
    name = "integrity",
    version = "1.10.0",
    features = {TargetFeature.SINGLETON})
public final class IntegrityTarget extends DmTarget {

  private static final int DIRECT_ARGUMENTS = 4;
  private static final int MAX_TAG = 255;
  private static final int MOST_JOURNAL_SECTORS = 131072;
  private static final int ENOKEY = Errno.ENOKEY;

  private Integrity ic;
  private int log2BlocksPerBit;

  private static TargetError refusal(String text) {
    return new TargetError(EINVAL, text);
  }

  // ---- the table line ---------------------------------------------------------------------------

  @Override
  @KernelSymbol("dm_integrity_ctr")
  public void ctr(String[] argv) throws TargetError {
    if (argv.length <= DIRECT_ARGUMENTS) {
      throw refusal("Invalid argument count");
    }
    DmDev dev = getDevice(argv[0], "Device lookup failed");
    long start = Scan.sector(argv[1], "Invalid starting offset");
    int tagSize = 0;
    if (!argv[2].equals("-")) {
      tagSize = (int) Scan.sector(argv[2], "Invalid tag size");
      if (tagSize == 0) {
        throw refusal("Invalid tag size");
      }
    }
    if (!List.of("J", "B", "D", "R").contains(argv[3])) {
      throw refusal("Invalid mode (expecting J, B, D, R)");
    }
    char mode = argv[3].charAt(0);
    ArgSet args = new ArgSet(argv);
    args.consume(DIRECT_ARGUMENTS);
    IntegrityOptions o = IntegrityOptions.read(args, new Opened());
    Shash hash = mac(o.internalHash, "Invalid internal hash", "Error setting internal hash key");
    Shash journalMac = mac(o.journalMac, "Invalid journal mac", "Error setting journal mac key");
    if (tagSize == 0) {
      if (hash == null) {
        throw refusal("Unknown tag size");
      }
      tagSize = hash.digestSize();
    }
    if (Integer.compareUnsigned(tagSize, MAX_TAG) > 0) {
      throw refusal("Too big tag size");
    }
    if (mode == 'B' && hash == null) {
      throw refusal("Bitmap mode can be only used with internal hash");
    }
    if (o.allowDiscards && hash == null) {
      throw refusal("Discard can be only used with internal hash");
    }
    long dataSectors = dev.bdev().sectors();
    long metaSectors = o.metaDevice == null ? dataSectors : o.metaDevice.bdev().sectors();
    int buffer = o.bufferSectors == 0 ? 1 : o.bufferSectors;
    int log2Buffer = Math.min(31 - Integer.numberOfLeadingZeros(buffer), 31 - Sectors.SHIFT);
    Superblock sb = new Superblock();
    Layout layout =
        new Layout(
            sb,
            o.metaDevice != null,
            start,
            tagSize,
            o.sectorsPerBlock,
            log2Buffer,
            dataSectors,
            metaSectors);
    ic = new Integrity(o, dev, mode, sb, layout, hash, journalMac);
    try {
      setUp(dataSectors);
    } catch (TargetError | NotModelledException e) {
      ic.destroy();
      throw e;
    }
  }

  private final class Opened implements IntegrityOptions.Devices {
    @Override
    public DmDev get(String path, String error) throws TargetError {
      return getDevice(path, error);
    }

    @Override
    public void put(DmDev device) {
      putDevice(device);
    }
  }

  /** Mirrors {@code get_mac}. */
  @KernelSymbol("get_mac")
  private static Shash mac(IntegrityOptions.Algorithm a, String unknown, String keyError)
      throws TargetError {
    if (a == null) {
      return null;
    }
    Shash shash;
    try {
      shash = CryptoApi.shash(a.name());
    } catch (CryptoException e) {
      throw new TargetError(e.errno(), unknown);
    }
    if (a.keyText() != null) {
      if (!a.name().startsWith("hmac(") && !a.name().matches("sha.*|md5")) {
        throw new NotModelledException("a key of the digest '" + a.name() + "' is not modelled");
      }
      int r = shash.setKey(a.key());
      if (r != 0) {
        throw new TargetError(-r, keyError);
      }
    } else if (shash.needsKey()) {
      throw new TargetError(ENOKEY, keyError);
    }
    return shash;
  }

  /** The second half of the constructor: from the superblock on. */
  private void setUp(long dataSectors) throws TargetError {
    IntegrityOptions o = ic.options;
    Layout l = ic.layout;
    Superblock sb = ic.sb;
    if (ic.readSuper() != 0) {
      throw new TargetError(Errno.EIO, "Error reading superblock");
    }
    boolean format = !sb.hasMagic();
    if (format) {
      if (ic.mode != 'R' && !sb.isZero()) {
        throw refusal("The device is not initialized");
      }
      long most = Math.min(MOST_JOURNAL_SECTORS, dataSectors >> 7);
      l.format(o, o.journalSectors == 0 ? (int) most : o.journalSectors);
      ic.setVersion();
    }
    checkSuper(sb);
    l.findProvided();
    if (l.providedDataSectors == 0) {
      throw refusal("The device is too small");
    }
    while (!l.calculate()) {
      if (ic.metaDev == null || l.log2BufferSectors <= 3) {
        throw refusal("The device is too small");
      }
      l.log2BufferSectors--;
    }
    int bitmapBlocks = sizeBitmap(format && ic.mode != 'R');
    if (ic.metaDev == null) {
      l.log2BufferSectors =
          Math.min(l.log2BufferSectors, Long.numberOfTrailingZeros(l.metadataRun));
    }
    if (Long.compareUnsigned(length(), l.providedDataSectors) > 0) {
      throw refusal("Not enough provided sectors for requested mapping size");
    }
    recalculation();
    ic.bufio =
        new BufioClient(ic.metaBdev(), Sectors.SIZE << l.log2BufferSectors, 1, null, null, false);
    ic.bufio.setSectorOffset(l.start + l.initialSectors);
    ic.tags = new Tags(ic, ic.bufio);
    if (ic.mode != 'R') {
      journalCipher();
      ic.journal = new JournalMode(ic);
    }
    if (ic.mode == 'B') {
      ic.bitmap = new BitmapMode(ic, log2BlocksPerBit + sb.log2SectorsPerBlock(), bitmapBlocks);
    }
    if (format && ic.mode != 'R') {
      ic.journal.init(0, l.journalSections, 0);
      if (ic.failed() != 0) {
        throw new TargetError(-ic.failed(), "Error initializing journal");
      }
      int r = ic.writeSuper(Opf.REQ_FUA);
      if (r != 0) {
        throw new TargetError(-r, "Error initializing superblock");
      }
      ic.journal.justFormatted = true;
    }
    limits();
  }

  private void checkSuper(Superblock sb) throws TargetError {
    if (sb.version() == 0 || sb.version() > Superblock.NEWEST) {
      throw refusal("Unknown version");
    }
    if (sb.tagSize() != ic.layout.tagSize) {
      throw refusal("Tag size doesn't match the information in superblock");
    }
    if (1 << sb.log2SectorsPerBlock() != ic.layout.sectorsPerBlock) {
      throw refusal("Block size doesn't match the information in superblock");
    }
    if (sb.journalSections() == 0) {
      throw refusal("Corrupted superblock, journal_sections is 0");
    }
    boolean valid =
        ic.metaDev == null
            ? (sb.log2Interleave() & 0xff) >= 3 && (sb.log2Interleave() & 0xff) <= 31
            : sb.log2Interleave() == 0;
    if (!valid) {
      throw refusal("Invalid interleave_sectors in the superblock");
    }
    if (sb.has(Superblock.HAVE_JOURNAL_MAC) != (ic.options.journalMac != null)) {
      throw refusal("Journal mac mismatch");
    }
  }

  /** Works out what a bit stands for; the number of blocks that they take. */
  private int sizeBitmap(boolean writesSuper) {
    Layout l = ic.layout;
    int log2Block = ic.sb.log2SectorsPerBlock();
    int log2 = ic.options.log2SectorsPerBit < 0 ? 15 : ic.options.log2SectorsPerBit;
    log2 = Math.max(log2, log2Block);
    long bits =
        Math.min((long) l.sectionSectors * l.journalSections << Sectors.SHIFT + 3, 0xffffffffL);
    while (bits < l.providedDataSectors + (1L << log2) - 1 >> log2) {
      log2++;
    }
    log2BlocksPerBit = log2 - log2Block;
    if (writesSuper) {
      ic.sb.log2BlocksPerBit(log2BlocksPerBit);
    }
    long blocks = l.providedDataSectors >> log2Block;
    long needed = blocks + (1L << log2BlocksPerBit) - 1 >> log2BlocksPerBit;
    int perBlock = BitmapMode.BLOCK * Byte.SIZE;
    return (int) ((needed + perBlock - 1) / perBlock);
  }

  private void recalculation() throws TargetError {
    Superblock sb = ic.sb;
    if (ic.options.recalculate && !sb.has(Superblock.RECALCULATING)) {
      sb.add(Superblock.RECALCULATING);
      sb.recalcSector(0);
    }
    if (ic.internalHash != null) {
      ic.recalculation = new Recalculation(ic, table());
    } else if (sb.has(Superblock.RECALCULATING)) {
      throw refusal("Recalculate can only be specified with internal_hash");
    }
    if (sb.has(Superblock.RECALCULATING)
        && Long.compareUnsigned(sb.recalcSector(), ic.layout.providedDataSectors) < 0
        && refusesRecalculation()) {
      throw new TargetError(
          Errno.EOPNOTSUPP,
          "Recalculating with HMAC is disabled for security reasons - if you really need it, use"
              + " the argument \"legacy_recalculate\"");
    }
  }

  /** Mirrors {@code dm_integrity_disable_recalculate}. */
  private boolean refusesRecalculation() {
    IntegrityOptions o = ic.options;
    boolean hashKey = o.internalHash != null && o.internalHash.keyText() != null;
    boolean macKey = o.journalMac != null && o.journalMac.keyText() != null;
    return !o.legacyRecalculate
        && (ic.sb.has(Superblock.FIXED_HMAC) ? hashKey && !macKey : hashKey || macKey);
  }

  /** What {@code create_journal} says of a cipher; one that it takes is not modelled. */
  private void journalCipher() throws TargetError {
    IntegrityOptions.Algorithm a = ic.options.journalCrypt;
    if (a == null) {
      return;
    }
    Skcipher cipher;
    try {
      cipher = CryptoApi.skcipher(a.name());
    } catch (CryptoException e) {
      throw new TargetError(e.errno(), "Invalid journal cipher");
    }
    if (a.keyText() == null) {
      ic.ioError("encrypt", -ENOKEY);
      throw new TargetError(
          ENOKEY, cipher.blockSize() == 1 ? "Unable to encrypt journal" : "Unable to generate iv");
    }
    byte[] key = a.key();
    if (cipher.setKey(key, 0, key.length) != 0) {
      throw refusal("Error setting encryption key");
    }
    throw new NotModelledException("an encrypted journal (journal_crypt) is not modelled");
  }

  private void limits() throws TargetError {
    if (ic.metaDev == null) {
      setMaxIoLen(1L << ic.sb.log2Interleave());
    }
    if (ic.mode == 'B') {
      long most =
          ((long) ic.layout.sectorsPerBlock << log2BlocksPerBit) * BitmapMode.BLOCK * Byte.SIZE;
      most = (int) most == 0 ? 1L << 31 : most & 0xffffffffL;
      if (maxIoLen == 0 || Integer.compareUnsigned(maxIoLen, (int) most) > 0) {
        setMaxIoLen(most);
      }
    }
    if (ic.internalHash == null) {
      table()
          .disk()
          .registerIntegrity(ic.layout.tagSize, ic.layout.sectorsPerBlock << Sectors.SHIFT);
    }
    numFlushBios = 1;
    flushSupported = true;
    numDiscardBios = ic.options.allowDiscards ? 1 : 0;
  }

  @Override
  public void dtr() {
    ic.destroy();
  }

  // ---- I/O --------------------------------------------------------------------------------------

  /** Mirrors {@code dm_integrity_map}. */
  @Override
  @KernelSymbol("dm_integrity_map")
  public MapResult map(Bio bio) {
    Layout l = ic.layout;
    long sector = offset(bio.sector());
    if (bio.op() == Opf.REQ_OP_DISCARD && maxIoLen != 0) {
      int log2 = 31 - Integer.numberOfLeadingZeros(maxIoLen);
      if (sector >> log2 < sector + bio.sectors() - 1 >> log2) {
        acceptPartialBio(bio, maxIoLen - (int) (sector & maxIoLen - 1));
      }
    }
    if (bio.hasOpf(Opf.REQ_PREFLUSH)) {
      ic.submitFlush(bio);
      return MapResult.SUBMITTED;
    }
    boolean fua = bio.op() == Opf.REQ_OP_WRITE && bio.hasOpf(Opf.REQ_FUA);
    if (fua) {
      bio.clearOpf(Opf.REQ_FUA);
    }
    if (Long.compareUnsigned(sector + bio.sectors(), l.providedDataSectors) > 0) {
      Integrity.say(
          "Too big sector number: 0x%x + 0x%x > 0x%x"
              .formatted(sector, bio.sectors(), l.providedDataSectors));
      return MapResult.KILL;
    }
    if (((sector | bio.sectors()) & l.sectorsPerBlock - 1) != 0) {
      Integrity.say(
          "Bio not aligned on %d sectors: 0x%x, 0x%x"
              .formatted(l.sectorsPerBlock, sector, bio.sectors()));
      return MapResult.KILL;
    }
    if (ic.mode == 'R' && bio.op() != Opf.REQ_OP_READ) {
      return MapResult.KILL;
    }
    new IntegrityIo(ic, bio, sector, fua).go(true);
    return MapResult.SUBMITTED;
  }

  // ---- suspend and resume -----------------------------------------------------------------------

  @Override
  @KernelSymbol("dm_integrity_postsuspend")
  public void postsuspend() {
    ic.stopAutocommit();
    ic.recalcWq.drain();
    if (ic.bitmap != null) {
      ic.bitmap.cancel();
    }
    ic.commitWq.queue(ic.commitWork);
    ic.commitWq.drain();
    if (ic.mode == 'J') {
      ic.journal.suspended();
    }
    if (ic.mode == 'B') {
      ic.flushBuffers(true);
      ic.journal.init(0, ic.layout.journalSections, 0);
      ic.sb.remove(Superblock.DIRTY_BITMAP);
      ic.writeSuperOrFail(Opf.REQ_FUA);
    }
    if (ic.journal != null) {
      ic.journal.uptodate = true;
    }
  }

  /** Mirrors {@code dm_integrity_resume}: takes up what the journal or the bitmap says. */
  @Override
  @KernelSymbol("dm_integrity_resume")
  public void resume() {
    Superblock sb = ic.sb;
    long provided = ic.layout.providedDataSectors;
    if (ic.journal != null) {
      ic.journal.wroteToJournal = false;
    }
    long before = sb.providedDataSectors();
    boolean recalculating = sb.has(Superblock.RECALCULATING);
    int r = ic.readSuper();
    if (r != 0) {
      ic.ioError("reading superblock", r);
    }
    if (recalculating && !sb.has(Superblock.RECALCULATING)) {
      sb.add(Superblock.RECALCULATING);
      ic.writeSuperOrFail(Opf.REQ_FUA);
    }
    if (provided != before) {
      grow(before, provided);
    }
    if (sb.has(Superblock.DIRTY_BITMAP)) {
      resumeDirtyBitmap(provided);
    } else {
      resumeClean(provided);
    }
    if (sb.has(Superblock.RECALCULATING)) {
      int position = Long.compareUnsigned(sb.recalcSector(), provided);
      if (position < 0) {
        ic.recalcWq.queue(ic.recalculation.work);
      } else if (position > 0) {
        sb.recalcSector(provided);
        ic.recalculation.writeSuper();
      }
    }
  }

  private boolean hasOwnBits() {
    return ic.sb.log2BlocksPerBit() == log2BlocksPerBit;
  }

  private void grow(long before, long provided) {
    if (provided > before && ic.mode == 'B' && ic.sb.has(Superblock.DIRTY_BITMAP) && hasOwnBits()) {
      ic.bitmap.read();
      ic.bitmap.onDisk.set(true, before, provided - before);
      ic.bitmap.write();
    }
    ic.sb.providedDataSectors(provided);
    ic.writeSuperOrFail(Opf.REQ_FUA);
  }

  private void recalculateAll() {
    ic.sb.add(Superblock.RECALCULATING);
    ic.sb.recalcSector(0);
  }

  private void resumeDirtyBitmap(long provided) {
    if (ic.mode == 'B') {
      ic.bitmap.read();
      if (hasOwnBits() && !ic.options.resetRecalculate) {
        ic.bitmap.takeUp();
        if (!ic.bitmap.onDisk.allAre(false, 0, provided)) {
          recalculateAll();
        }
      } else {
        ic.sb.log2BlocksPerBit(log2BlocksPerBit);
        ic.bitmap.setAll(true, 0, provided);
        ic.bitmap.write();
        recalculateAll();
      }
    } else if (ic.journal != null) {
      resumeOtherDirty(provided);
    }
    ic.writeSuperOrFail(Opf.REQ_FUA);
  }

  /** A bitmap that mode B left, in another mode. */
  private void resumeOtherDirty(long provided) {
    int shift = log2BlocksPerBit + ic.sb.log2SectorsPerBlock();
    Layout l = ic.layout;
    long bits = (provided + (1L << shift) - 1) >> shift;
    int blocks = (int) ((bits + BitmapMode.BLOCK * 8 - 1) / (BitmapMode.BLOCK * 8));
    ic.journal.rwSectors(Opf.REQ_OP_READ, 0, blocks * (BitmapMode.BLOCK >> Sectors.SHIFT));
    Bitmap onDisk = new Bitmap(ic.journal.journal.memory, shift);
    boolean clean = hasOwnBits() && onDisk.allAre(false, 0, provided);
    if (!clean || ic.options.resetRecalculate) {
      recalculateAll();
    }
    ic.journal.init(0, l.journalSections, 0);
    ic.journal.replay();
    ic.sb.remove(Superblock.DIRTY_BITMAP);
  }

  private void resumeClean(long provided) {
    if (ic.journal != null) {
      ic.journal.replay();
    }
    if (ic.options.resetRecalculate) {
      recalculateAll();
    }
    if (ic.mode != 'B') {
      return;
    }
    Superblock sb = ic.sb;
    sb.add(Superblock.DIRTY_BITMAP);
    sb.log2BlocksPerBit(log2BlocksPerBit);
    ic.writeSuperOrFail(Opf.REQ_FUA);
    ic.bitmap.setAll(false, 0, provided);
    long recalc = sb.recalcSector();
    if (sb.has(Superblock.RECALCULATING) && Long.compareUnsigned(recalc, provided) < 0) {
      ic.bitmap.setAll(true, recalc, provided - recalc);
    }
    ic.bitmap.write();
  }

  // ---- what it says -----------------------------------------------------------------------------

  @Override
  @KernelSymbol("dm_integrity_status")
  public String status(StatusType type) {
    Layout l = ic.layout;
    if (type == StatusType.INFO) {
      String recalc =
          ic.sb.has(Superblock.RECALCULATING) ? Long.toUnsignedString(ic.sb.recalcSector()) : "-";
      return ic.mismatches.readOnce() + " " + l.providedDataSectors + " " + recalc;
    }
    List<String> all = features();
    return ic.dev.name()
        + " "
        + Long.toUnsignedString(l.start)
        + " "
        + l.tagSize
        + " "
        + ic.mode
        + " "
        + all.size()
        + " "
        + String.join(" ", all);
  }

  private List<String> features() {
    IntegrityOptions o = ic.options;
    Layout l = ic.layout;
    List<String> all = new ArrayList<>();
    add(all, ic.metaDev != null, () -> "meta_device:" + ic.metaDev.name());
    add(all, l.sectorsPerBlock != 1, () -> "block_size:" + (l.sectorsPerBlock << 9));
    add(all, ic.sb.has(Superblock.RECALCULATING), () -> "recalculate");
    add(all, o.resetRecalculate, () -> "reset_recalculate");
    add(all, o.allowDiscards, () -> "allow_discards");
    all.add("journal_sectors:" + (l.initialSectors - Superblock.SECTORS));
    all.add("interleave_sectors:" + Integer.toUnsignedString(1 << ic.sb.log2Interleave()));
    all.add("buffer_sectors:" + (1 << l.log2BufferSectors));
    if (ic.mode == 'J') {
      all.add("journal_watermark:" + JournalMode.watermark(ic));
      all.add("commit_time:" + Integer.toUnsignedString(o.commitTime));
    }
    if (ic.mode == 'B') {
      all.add("sectors_per_bit:" + ((long) l.sectorsPerBlock << log2BlocksPerBit));
      all.add("bitmap_flush_interval:" + o.bitmapFlushInterval);
    }
    add(all, ic.sb.has(Superblock.FIXED_PADDING), () -> "fix_padding");
    add(all, ic.sb.has(Superblock.FIXED_HMAC), () -> "fix_hmac");
    add(all, o.legacyRecalculate, () -> "legacy_recalculate");
    all.addAll(o.algorithms());
    return all;
  }

  private static void add(List<String> all, boolean is, Supplier<String> text) {
    if (is) {
      all.add(text.get());
    }
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    Layout l = ic.layout;
    long start = ic.metaDev == null ? l.start + l.initialSectors + l.metadataRun : 0;
    return fn.device(this, ic.dev, start, length());
  }

  @Override
  @KernelSymbol("dm_integrity_io_hints")
  public void ioHints(QueueLimits limits) {
    int size = ic.layout.sectorsPerBlock << Sectors.SHIFT;
    if (ic.layout.sectorsPerBlock > 1) {
      limits.logicalBlockSize = size;
      limits.physicalBlockSize = size;
      limits.setIoMin(size);
      limits.dmaAlignment = limits.logicalBlockSize - 1;
    }
    if (ic.internalHash != null && (ic.mode == 'D' || ic.mode == 'B')) {
      needsStableWrites = true;
    }
  }
}
