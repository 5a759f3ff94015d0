package org.dmsim.dm.targets.integrity;

import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/**
 * Where all lies: superblock, journal, then by turns a run of tags and an area of data; or the tags
 * behind the journal on a device of their own. Mirrors {@code calculate_device_limits} and its
 * like, 6.1.
 */
final class Layout {

  /** Sectors of a journal section that hold entries: {@code JOURNAL_BLOCK_SECTORS}. */
  static final int ENTRY_SECTORS = 8;

  /** Bytes of a journal sector that are not its commit id. */
  static final int SECTOR_DATA = Sectors.SIZE - Long.BYTES;

  private static final int MAC_PER_SECTOR = 8;
  private static final int PADDING = 8;
  private static final int LEAST_LOG2_INTERLEAVE = 3;
  private static final int MOST_LOG2_INTERLEAVE = 31;

  final Superblock sb;
  final boolean metaDevice;
  final long start;
  final int tagSize;
  final int sectorsPerBlock;
  private final long dataDeviceSectors;
  private final long metaDeviceSectors;
  int log2BufferSectors;
  long providedDataSectors;
  int journalSections;
  int entrySize;
  int sectionEntries;
  int sectionSectors;
  int journalEntries;
  long initialSectors;
  long metadataRun;

  /**
   * Nothing is known yet.
   *
   * @param metaDevice whether the tags are on a device of their own
   * @param start first sector on the device
   */
  Layout(
      Superblock sb,
      boolean metaDevice,
      long start,
      int tagSize,
      int sectorsPerBlock,
      int log2BufferSectors,
      long dataDeviceSectors,
      long metaDeviceSectors) {
    this.sb = sb;
    this.metaDevice = metaDevice;
    this.start = start;
    this.tagSize = tagSize;
    this.sectorsPerBlock = sectorsPerBlock;
    this.log2BufferSectors = log2BufferSectors;
    this.dataDeviceSectors = dataDeviceSectors;
    this.metaDeviceSectors = metaDeviceSectors;
  }

  // ---- sizes ------------------------------------------------------------------------------------

  @KernelSymbol("calculate_journal_section_size")
  private void sectionSize() {
    journalSections = sb.journalSections();
    int raw = Long.BYTES + sectorsPerBlock * Long.BYTES + tagSize;
    entrySize = (raw + 7) & ~7;
    int space = SECTOR_DATA - (sb.has(Superblock.HAVE_JOURNAL_MAC) ? MAC_PER_SECTOR : 0);
    sectionEntries = space / entrySize * ENTRY_SECTORS & 0xff;
    sectionSectors = (sectionEntries << sb.log2SectorsPerBlock()) + ENTRY_SECTORS;
    journalEntries = sectionEntries * journalSections;
  }

  /**
   * Works out all from the superblock and {@link #providedDataSectors}; false if it does not fit.
   */
  @KernelSymbol("calculate_device_limits")
  boolean calculate() {
    sectionSize();
    long initial = Superblock.SECTORS + (long) sectionSectors * (journalSections & 0xffffffffL);
    if (initial + PADDING >= metaDeviceSectors || initial > 0xffffffffL) {
      return false;
    }
    initialSectors = initial;
    int log2Block = sb.log2SectorsPerBlock();
    if (!metaDevice) {
      long padding =
          sb.has(Superblock.FIXED_PADDING)
              ? (long) PADDING << Sectors.SHIFT
              : 1L << Sectors.SHIFT << PADDING;
      long tags = (long) tagSize << sb.log2Interleave() - log2Block;
      metadataRun = (tags + padding - 1) / padding * padding >> Sectors.SHIFT;
      long last = providedDataSectors - 1;
      long sector = dataSector(area(last), offset(last));
      return sector >= start && sector < metaDeviceSectors;
    }
    long size = (providedDataSectors >> log2Block) * tagSize;
    size =
        size + (1L << log2BufferSectors + Sectors.SHIFT) - 1 >> log2BufferSectors + Sectors.SHIFT;
    size <<= log2BufferSectors;
    if (initialSectors + size > metaDeviceSectors) {
      return false;
    }
    metadataRun = 1;
    return true;
  }

  /** How many sectors of data there is room for; {@code get_provided_data_sectors}. */
  @KernelSymbol("get_provided_data_sectors")
  void findProvided() {
    if (metaDevice) {
      providedDataSectors = dataDeviceSectors & -sectorsPerBlock;
      return;
    }
    providedDataSectors = 0;
    for (int bit = 63 - Long.numberOfLeadingZeros(metaDeviceSectors); bit >= 3; bit--) {
      long before = providedDataSectors;
      providedDataSectors |= 1L << bit;
      if (!calculate()) {
        providedDataSectors = before;
      }
    }
  }

  /** Mirrors {@code initialize_superblock}. */
  @KernelSymbol("initialize_superblock")
  void format(IntegrityOptions o, int journalSectors) throws TargetError {
    sb.clear();
    sb.tagSize(tagSize);
    sb.log2SectorsPerBlock(Integer.numberOfTrailingZeros(sectorsPerBlock));
    if (o.journalMac != null) {
      sb.add(Superblock.HAVE_JOURNAL_MAC);
    }
    sectionSize();
    int sections = Math.max(Integer.divideUnsigned(journalSectors, sectionSectors), 1);
    if (o.fixHmac && (o.internalHash != null || o.journalMac != null)) {
      sb.add(Superblock.FIXED_HMAC);
      sb.randomSalt();
    }
    if (!metaDevice) {
      if (o.fixPadding) {
        sb.add(Superblock.FIXED_PADDING);
      }
      sb.journalSections(sections);
      int interleave = o.interleaveSectors == 0 ? 32768 : o.interleaveSectors;
      int log2 = 31 - Integer.numberOfLeadingZeros(interleave);
      sb.log2Interleave(Math.clamp(log2, LEAST_LOG2_INTERLEAVE, MOST_LOG2_INTERLEAVE));
      findProvided();
      if (providedDataSectors == 0) {
        throw new TargetError(Errno.EINVAL, "Could not initialize superblock");
      }
    } else {
      findProvided();
      while (providedDataSectors == 0 || !fitJournal(sections)) {
        if (providedDataSectors == 0 || log2BufferSectors <= 3) {
          throw new TargetError(Errno.EINVAL, "Could not initialize superblock");
        }
        log2BufferSectors--;
      }
    }
    sb.providedDataSectors(providedDataSectors);
  }

  /** As many journal sections as fit; false if none does. */
  private boolean fitJournal(int most) {
    int fit = 0;
    sb.journalSections(0);
    for (int bit = 31 - Integer.numberOfLeadingZeros(most); bit >= 0; bit--) {
      int tried = fit | 1 << bit;
      if (tried <= most) {
        sb.journalSections(tried);
        fit = calculate() ? tried : fit;
        sb.journalSections(fit);
      }
    }
    return fit != 0;
  }

  // ---- places -----------------------------------------------------------------------------------

  /** The area of a sector of data. */
  long area(long sector) {
    return metaDevice ? 0 : sector >>> sb.log2Interleave();
  }

  /** Where in its area it lies. */
  long offset(long sector) {
    return metaDevice ? sector : sector & (1L << sb.log2Interleave()) - 1;
  }

  /** The sector of the device that has it. */
  long dataSector(long area, long offset) {
    return metaDevice
        ? offset
        : (area << sb.log2Interleave())
            + (area + 1) * metadataRun
            + initialSectors
            + offset
            + start;
  }

  private long tagByte(long area, long offset) {
    return (offset >> sb.log2SectorsPerBlock()) * tagSize;
  }

  /** The buffer that has its tag. */
  long metadataBlock(long area, long offset) {
    long sectors = (area << sb.log2Interleave()) + area * metadataRun;
    return (sectors >> log2BufferSectors)
        + (tagByte(area, offset) >> Sectors.SHIFT + log2BufferSectors);
  }

  /** Where in that buffer. */
  int metadataOffset(long area, long offset) {
    return (int) (tagByte(area, offset) & (Sectors.SIZE << log2BufferSectors) - 1);
  }
}
