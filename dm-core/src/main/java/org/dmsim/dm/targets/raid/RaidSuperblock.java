package org.dmsim.dm.targets.raid;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.dmsim.dm.persistent.Le;

/**
 * The first sector of a metadata device: {@code struct dm_raid_superblock} of {@code dm-raid.c}.
 */
final class RaidSuperblock {

  static final int MAGIC = 0x64526D44;

  /** {@code FEATURE_FLAG_SUPPORTS_V190}. */
  static final int SUPPORTS_V190 = 1;

  /** {@code SB_FLAG_RESHAPE_ACTIVE}. */
  static final int RESHAPE_ACTIVE = 1;

  private static final int SIZE = 148;
  private static final int WORDS_OF_FAILED = 4;

  private static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
          Le.LE32.withName("magic"),
          Le.LE32.withName("compat_features"),
          Le.LE32.withName("num_devices"),
          Le.LE32.withName("array_position"),
          Le.LE64.withName("events"),
          Le.LE64.withName("failed_devices"),
          Le.LE64.withName("disk_recovery_offset"),
          Le.LE64.withName("array_resync_offset"),
          Le.LE32.withName("level"),
          Le.LE32.withName("layout"),
          Le.LE32.withName("stripe_sectors"),
          Le.LE32.withName("flags"),
          Le.LE64.withName("reshape_position"),
          Le.LE32.withName("new_level"),
          Le.LE32.withName("new_layout"),
          Le.LE32.withName("new_stripe_sectors"),
          Le.LE32.withName("delta_disks"),
          Le.LE64.withName("array_sectors"),
          Le.LE64.withName("data_offset"),
          Le.LE64.withName("new_data_offset"),
          Le.LE64.withName("sectors"),
          MemoryLayout.sequenceLayout(WORDS_OF_FAILED - 1, Le.LE64)
              .withName("extended_failed_devices"),
          Le.LE32.withName("incompat_features"));

  private static VarHandle field(String name) {
    return LAYOUT.varHandle(groupElement(name));
  }

  private static final VarHandle MAGIC_AT = field("magic");
  private static final VarHandle COMPAT = field("compat_features");
  private static final VarHandle DEVICES = field("num_devices");
  private static final VarHandle POSITION = field("array_position");
  private static final VarHandle EVENTS = field("events");
  private static final VarHandle FAILED = field("failed_devices");
  private static final VarHandle RECOVERY = field("disk_recovery_offset");
  private static final VarHandle RESYNC = field("array_resync_offset");
  private static final VarHandle LEVEL = field("level");
  private static final VarHandle LAYOUT_AT = field("layout");
  private static final VarHandle STRIPE = field("stripe_sectors");
  private static final VarHandle FLAGS = field("flags");
  private static final VarHandle RESHAPE = field("reshape_position");
  private static final VarHandle NEW_LEVEL = field("new_level");
  private static final VarHandle NEW_LAYOUT = field("new_layout");
  private static final VarHandle NEW_STRIPE = field("new_stripe_sectors");
  private static final VarHandle DELTA = field("delta_disks");
  private static final VarHandle ARRAY_SECTORS = field("array_sectors");
  private static final VarHandle DATA_OFFSET = field("data_offset");
  private static final VarHandle NEW_DATA_OFFSET = field("new_data_offset");
  private static final VarHandle SECTORS = field("sectors");
  private static final VarHandle INCOMPAT = field("incompat_features");
  private static final long EXTENDED = LAYOUT.byteOffset(groupElement("extended_failed_devices"));

  private final byte[] bytes;
  private final MemorySegment at;

  /** Memory for one of so many bytes, which are a logical block. */
  RaidSuperblock(int size) {
    bytes = new byte[size];
    at = MemorySegment.ofArray(bytes);
  }

  byte[] bytes() {
    return bytes;
  }

  private int word(VarHandle h) {
    return (int) h.get(at, 0L);
  }

  private long longWord(VarHandle h) {
    return (long) h.get(at, 0L);
  }

  boolean hasMagic() {
    return word(MAGIC_AT) == MAGIC;
  }

  int compatFeatures() {
    return word(COMPAT);
  }

  int incompatFeatures() {
    return word(INCOMPAT);
  }

  int devices() {
    return word(DEVICES);
  }

  int position() {
    return word(POSITION);
  }

  void position(int role) {
    POSITION.set(at, 0L, role);
  }

  long events() {
    return longWord(EVENTS);
  }

  long recoveryOffset() {
    return longWord(RECOVERY);
  }

  long resyncOffset() {
    return longWord(RESYNC);
  }

  int level() {
    return word(LEVEL);
  }

  int layout() {
    return word(LAYOUT_AT);
  }

  int stripeSectors() {
    return word(STRIPE);
  }

  int flags() {
    return word(FLAGS);
  }

  int deltaDisks() {
    return word(DELTA);
  }

  long sectors() {
    return longWord(SECTORS);
  }

  long arraySectors() {
    return longWord(ARRAY_SECTORS);
  }

  /** {@code sb_retrieve_failed_devices}: a bit for each. */
  long[] failedDevices() {
    long[] failed = new long[WORDS_OF_FAILED];
    failed[0] = longWord(FAILED);
    if ((compatFeatures() & SUPPORTS_V190) != 0) {
      for (int i = 1; i < failed.length; i++) {
        failed[i] = at.get(Le.LE64, EXTENDED + (i - 1L) * Long.BYTES);
      }
    }
    return failed;
  }

  /** {@code sb_update_failed_devices}. */
  void failedDevices(long[] failed) {
    FAILED.set(at, 0L, failed[0]);
    for (int i = 1; i < failed.length; i++) {
      at.set(Le.LE64, EXTENDED + (i - 1L) * Long.BYTES, failed[i]);
    }
  }

  /** {@code FIRST_USE}: says that it is of the newer format. */
  void setCompat() {
    COMPAT.set(at, 0L, SUPPORTS_V190);
  }

  /** Writes down how a set and one of its disks stand; mirrors {@code super_sync}. */
  void sync(RaidSet set, RaidDisk disk) {
    long[] failed = failedDevices();
    boolean update = false;
    for (RaidDisk d : set.disks) {
      if (!d.isThere() || d.faulty.get()) {
        update = true;
        failed[d.number / Long.SIZE] |= 1L << d.number % Long.SIZE;
      }
    }
    if (update) {
      failedDevices(failed);
    }
    MAGIC_AT.set(at, 0L, MAGIC);
    setCompat();
    DEVICES.set(at, 0L, set.disks.length);
    POSITION.set(at, 0L, disk.position.get());
    EVENTS.set(at, 0L, set.events);
    RECOVERY.set(at, 0L, disk.recoveryOffset.get());
    RESYNC.set(at, 0L, set.recoveryCp.get());
    LEVEL.set(at, 0L, set.type.level());
    LAYOUT_AT.set(at, 0L, set.type.algorithm());
    STRIPE.set(at, 0L, set.chunkSectors);
    NEW_LEVEL.set(at, 0L, set.type.level());
    NEW_LAYOUT.set(at, 0L, set.type.algorithm());
    NEW_STRIPE.set(at, 0L, set.chunkSectors);
    DELTA.set(at, 0L, 0);
    RESHAPE.set(at, 0L, RaidSet.MAX_SECTOR);
    FLAGS.set(at, 0L, flags() & ~3);
    ARRAY_SECTORS.set(at, 0L, set.arraySectors);
    DATA_OFFSET.set(at, 0L, 0L);
    NEW_DATA_OFFSET.set(at, 0L, 0L);
    SECTORS.set(at, 0L, disk.sectors);
    INCOMPAT.set(at, 0L, 0);
    Arrays.fill(bytes, SIZE, bytes.length, (byte) 0);
  }
}
