package org.dmsim.dm.targets.integrity;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dmsim.block.Sectors;
import org.dmsim.dm.crypto.Shash;
import org.dmsim.machine.Shared;

/**
 * The journal in memory. A section has eight sectors of entries and behind them the data of each
 * entry; each sector ends with a commit id, and what was there of the data is kept in its entry.
 */
final class Journal extends Shared {

  /** {@code N_COMMIT_IDS}. */
  static final int COMMIT_IDS = 4;

  /** No entry. */
  static final int NOT_FOUND = -1;

  private static final VarHandle LE64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LE32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int UNUSED = -1;
  private static final int IN_PROGRESS = -2;
  private static final int MAC = 496;
  private static final int MAC_SIZE = 8;

  private final Layout layout;
  private final Shash mac;
  final byte[] memory;

  /** Entries by sector, those of one sector in the order in which they came. */
  private final TreeMap<Long, List<Integer>> tree = new TreeMap<>();

  private final long[] nodes;

  Journal(Layout layout, Shash mac) {
    super("ic->journal");
    this.layout = layout;
    this.mac = mac;
    int sectors = layout.sectionSectors * layout.journalSections;
    memory = new byte[(sectors + 7) / 8 * 8 << Sectors.SHIFT];
    nodes = new long[layout.journalEntries];
    Arrays.fill(nodes, -1);
  }

  static int next(int seq) {
    return (seq + 1) % COMMIT_IDS;
  }

  static int previous(int seq) {
    return (seq + COMMIT_IDS - 1) % COMMIT_IDS;
  }

  int wrap(int section) {
    return section >= layout.journalSections ? section - layout.journalSections : section;
  }

  // ---- sectors ----------------------------------------------------------------------------------

  /** Where a sector of a section begins. */
  int sector(int section, int index) {
    return section * layout.sectionSectors + index << Sectors.SHIFT;
  }

  /** Where the data of an entry begins. */
  int data(int section, int entry) {
    return sector(section, (entry << layout.sb.log2SectorsPerBlock()) + Layout.ENTRY_SECTORS);
  }

  /** The number of the journal's sector in which it begins. */
  int dataSector(int section, int entry) {
    return data(section, entry) >> Sectors.SHIFT;
  }

  private static long commitId(int section, int index, int seq) {
    return 0x1111111111111111L * (seq + 1) ^ ((long) section << 32 ^ index);
  }

  void setCommitId(int section, int index, int seq) {
    LE64.set(memory, sector(section, index) + Layout.SECTOR_DATA, commitId(section, index, seq));
  }

  boolean hasCommitId(int section, int index, int seq) {
    return (long) LE64.get(memory, sector(section, index) + Layout.SECTOR_DATA)
        == commitId(section, index, seq);
  }

  void clear(int section, int index) {
    int at = sector(section, index);
    Arrays.fill(memory, at, at + Layout.SECTOR_DATA, (byte) 0);
  }

  /** Writes the MAC of a section into it, or compares; false if it is another. */
  boolean sectionMac(int section, boolean write) {
    if (mac == null) {
      return true;
    }
    byte[] number = new byte[Long.BYTES];
    if (layout.sb.has(Superblock.FIXED_HMAC)) {
      LE64.set(number, 0, (long) section);
      mac.update(layout.sb.salt()).update(number);
    }
    for (int j = 0; j < layout.sectionEntries; j++) {
      mac.update(memory, entry(section, j), Long.BYTES);
    }
    byte[] result = Arrays.copyOf(mac.digest(), MAC_SIZE * Layout.ENTRY_SECTORS);
    boolean same = true;
    for (int j = 0; j < Layout.ENTRY_SECTORS; j++) {
      int at = sector(section, j) + MAC;
      if (write) {
        System.arraycopy(result, j * MAC_SIZE, memory, at, MAC_SIZE);
      } else {
        same &= Arrays.equals(memory, at, at + MAC_SIZE, result, j * MAC_SIZE, (j + 1) * MAC_SIZE);
      }
    }
    return same;
  }

  // ---- entries ----------------------------------------------------------------------------------

  private int entry(int section, int entry) {
    return sector(section, entry % Layout.ENTRY_SECTORS)
        + entry / Layout.ENTRY_SECTORS * layout.entrySize;
  }

  private int state(int section, int entry) {
    return (int) LE32.get(memory, entry(section, entry) + Integer.BYTES);
  }

  boolean isUnused(int section, int entry) {
    return state(section, entry) == UNUSED;
  }

  boolean isInProgress(int section, int entry) {
    return state(section, entry) == IN_PROGRESS;
  }

  void setUnused(int section, int entry) {
    LE32.set(memory, entry(section, entry) + Integer.BYTES, UNUSED);
  }

  void setInProgress(int section, int entry) {
    LE32.set(memory, entry(section, entry) + Integer.BYTES, IN_PROGRESS);
  }

  long sectorOf(int section, int entry) {
    return (long) LE64.get(memory, entry(section, entry));
  }

  void setSector(int section, int entry, long sector) {
    LE64.set(memory, entry(section, entry), sector);
  }

  /** Keeps what the commit ids will lie over. */
  void saveLastBytes(int section, int entry) {
    for (int s = 0; s < layout.sectorsPerBlock; s++) {
      int from = data(section, entry) + (s << Sectors.SHIFT) + Layout.SECTOR_DATA;
      System.arraycopy(memory, from, memory, lastBytes(section, entry, s), Long.BYTES);
    }
  }

  /** Puts it back; {@code restore_last_bytes}. */
  void restoreLastBytes(int section, int entry) {
    for (int s = 0; s < layout.sectorsPerBlock; s++) {
      int to = data(section, entry) + (s << Sectors.SHIFT) + Layout.SECTOR_DATA;
      System.arraycopy(memory, lastBytes(section, entry, s), memory, to, Long.BYTES);
    }
  }

  private int lastBytes(int section, int entry, int s) {
    return entry(section, entry) + Long.BYTES + s * Long.BYTES;
  }

  byte[] tag(int section, int entry) {
    int at = tagAt(section, entry);
    return Arrays.copyOfRange(memory, at, at + layout.tagSize);
  }

  void setTag(int section, int entry, byte[] tag) {
    System.arraycopy(tag, 0, memory, tagAt(section, entry), layout.tagSize);
  }

  private int tagAt(int section, int entry) {
    return lastBytes(section, entry, layout.sectorsPerBlock);
  }

  /** Copies what an entry has to a reader. */
  void read(int section, int entry, byte[] out, int at) {
    for (int s = 0; s < layout.sectorsPerBlock; s++) {
      int shift = s << Sectors.SHIFT;
      System.arraycopy(memory, data(section, entry) + shift, out, at + shift, Layout.SECTOR_DATA);
      System.arraycopy(
          memory, lastBytes(section, entry, s), out, at + shift + Layout.SECTOR_DATA, Long.BYTES);
    }
  }

  // ---- which entry has a sector: under endio_wait.lock ------------------------------------------

  void addNode(int position, long sector) {
    nodes[position] = sector;
    tree.computeIfAbsent(sector, s -> new ArrayList<>(1)).add(position);
  }

  void removeNode(int position) {
    List<Integer> same = tree.get(nodes[position]);
    same.remove(Integer.valueOf(position));
    if (same.isEmpty()) {
      tree.remove(nodes[position]);
    }
    nodes[position] = -1;
  }

  void clearNodes() {
    tree.clear();
    Arrays.fill(nodes, -1);
  }

  /** The newest entry of a sector. */
  int find(long sector) {
    List<Integer> same = tree.get(sector);
    return same == null ? NOT_FOUND : same.getLast();
  }

  /** The next sector that has an entry; one that never comes, if none has. */
  long nextSector(long sector) {
    Map.Entry<Long, List<Integer>> next = tree.higherEntry(sector);
    return next == null ? Long.MAX_VALUE : next.getKey();
  }

  /** Whether an entry is the newest of a sector; {@code test_journal_node}. */
  boolean isNewest(int position, long sector) {
    return position < layout.journalEntries
        && nodes[position] == sector
        && find(sector) == position;
  }

  /** The entry of the same sector that came next; {@link #NOT_FOUND} if there is none. */
  int newer(int position) {
    List<Integer> same = tree.get(nodes[position]);
    int index = same.indexOf(position) + 1;
    return index < same.size() ? same.get(index) : NOT_FOUND;
  }
}
