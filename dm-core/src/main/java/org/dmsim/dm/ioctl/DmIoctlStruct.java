package org.dmsim.dm.ioctl;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * {@code struct dm_ioctl} with what lies behind it, in a buffer as a program hands it in: {@code
 * include/uapi/linux/dm-ioctl.h}, the same on all 64-bit architectures of Linux.
 */
public final class DmIoctlStruct {

  /** {@code struct dm_ioctl}. */
  public static final StructLayout DM_IOCTL =
      MemoryLayout.structLayout(
          MemoryLayout.sequenceLayout(3, word()).withName("version"),
          word().withName("data_size"),
          word().withName("data_start"),
          word().withName("target_count"),
          word().withName("open_count"),
          word().withName("flags"),
          word().withName("event_nr"),
          word().withName("padding"),
          longWord().withName("dev"),
          MemoryLayout.sequenceLayout(DmParam.NAME_LEN, JAVA_BYTE).withName("name"),
          MemoryLayout.sequenceLayout(DmParam.UUID_LEN, JAVA_BYTE).withName("uuid"),
          MemoryLayout.sequenceLayout(7, JAVA_BYTE).withName("data"));

  /** {@code struct dm_target_spec}; the parameters follow as a string. */
  public static final StructLayout DM_TARGET_SPEC =
      MemoryLayout.structLayout(
          longWord().withName("sector_start"),
          longWord().withName("length"),
          word().withName("status"),
          word().withName("next"),
          MemoryLayout.sequenceLayout(16, JAVA_BYTE).withName("target_type"));

  /** Bytes of the struct. */
  public static final int SIZE = (int) DM_IOCTL.byteSize();

  /** {@code offsetof(struct dm_ioctl, data)}: as little as a program may hand in. */
  public static final int MINIMUM = (int) DM_IOCTL.byteOffset(PathElement.groupElement("data"));

  /** Bytes of a target's spec. */
  public static final int SPEC_SIZE = (int) DM_TARGET_SPEC.byteSize();

  private static final int NAME = (int) DM_IOCTL.byteOffset(PathElement.groupElement("name"));
  private static final int UUID = (int) DM_IOCTL.byteOffset(PathElement.groupElement("uuid"));

  private static final VarHandle DATA_SIZE = field("data_size");
  private static final VarHandle DATA_START = field("data_start");
  private static final VarHandle TARGET_COUNT = field("target_count");
  private static final VarHandle OPEN_COUNT = field("open_count");
  private static final VarHandle FLAGS = field("flags");
  private static final VarHandle EVENT_NR = field("event_nr");
  private static final VarHandle DEV = field("dev");

  private final byte[] bytes;
  private final MemorySegment segment;

  /** A view of a buffer of {@link #MINIMUM} bytes or more. */
  public DmIoctlStruct(byte[] bytes) {
    this.bytes = bytes;
    this.segment = MemorySegment.ofArray(bytes);
  }

  private static java.lang.foreign.ValueLayout.OfInt word() {
    return JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  }

  private static java.lang.foreign.ValueLayout.OfLong longWord() {
    return JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  }

  private static VarHandle field(String name) {
    // The buffer may be shorter than the struct, so each field is reached by its own offset.
    return ((java.lang.foreign.ValueLayout) DM_IOCTL.select(PathElement.groupElement(name)))
        .varHandle();
  }

  private static long at(String name) {
    return DM_IOCTL.byteOffset(PathElement.groupElement(name));
  }

  private static final long DATA_SIZE_AT = at("data_size");
  private static final long DATA_START_AT = at("data_start");
  private static final long TARGET_COUNT_AT = at("target_count");
  private static final long OPEN_COUNT_AT = at("open_count");
  private static final long FLAGS_AT = at("flags");
  private static final long EVENT_NR_AT = at("event_nr");
  private static final long DEV_AT = at("dev");

  /** The buffer. */
  public byte[] bytes() {
    return bytes;
  }

  // ---- the struct ------------------------------------------------------------------------------

  /** {@code data_size}: bytes in all, unsigned. */
  public int dataSize() {
    return (int) DATA_SIZE.get(segment, DATA_SIZE_AT);
  }

  public void setDataSize(int n) {
    DATA_SIZE.set(segment, DATA_SIZE_AT, n);
  }

  /** {@code data_start}: where the data begins, unsigned. */
  public int dataStart() {
    return (int) DATA_START.get(segment, DATA_START_AT);
  }

  public void setDataStart(int n) {
    DATA_START.set(segment, DATA_START_AT, n);
  }

  /** {@code target_count}, unsigned. */
  public int targetCount() {
    return (int) TARGET_COUNT.get(segment, TARGET_COUNT_AT);
  }

  public void setTargetCount(int n) {
    TARGET_COUNT.set(segment, TARGET_COUNT_AT, n);
  }

  /** {@code open_count}. */
  public int openCount() {
    return (int) OPEN_COUNT.get(segment, OPEN_COUNT_AT);
  }

  public void setOpenCount(int n) {
    OPEN_COUNT.set(segment, OPEN_COUNT_AT, n);
  }

  /** {@code flags}. */
  public int flags() {
    return (int) FLAGS.get(segment, FLAGS_AT);
  }

  public void setFlags(int n) {
    FLAGS.set(segment, FLAGS_AT, n);
  }

  /** {@code event_nr}. */
  public int eventNr() {
    return (int) EVENT_NR.get(segment, EVENT_NR_AT);
  }

  public void setEventNr(int n) {
    EVENT_NR.set(segment, EVENT_NR_AT, n);
  }

  /** {@code dev}, as {@code huge_encode_dev} makes it. */
  public long dev() {
    return (long) DEV.get(segment, DEV_AT);
  }

  public void setDev(long dev) {
    DEV.set(segment, DEV_AT, dev);
  }

  /** {@code version[i]}. */
  public int version(int i) {
    return intAt(4 * i);
  }

  public void setVersion(int i, int n) {
    setIntAt(4 * i, n);
  }

  /** {@code name}. */
  public String name() {
    return text(NAME, NAME + DmParam.NAME_LEN);
  }

  public void setName(String s) {
    setText(NAME, DmParam.NAME_LEN, s);
  }

  /** {@code uuid}. */
  public String uuid() {
    return text(UUID, UUID + DmParam.UUID_LEN);
  }

  public void setUuid(String s) {
    setText(UUID, DmParam.UUID_LEN, s);
  }

  /** Cuts a name or a uuid that has no end. */
  void terminate() {
    bytes[NAME + DmParam.NAME_LEN - 1] = 0;
    bytes[UUID + DmParam.UUID_LEN - 1] = 0;
  }

  // ---- what lies behind it ---------------------------------------------------------------------

  int intAt(int at) {
    return segment.get(word(), at);
  }

  void setIntAt(int at, int n) {
    segment.set(word(), at, n);
  }

  long longAt(int at) {
    return segment.get(longWord(), at);
  }

  void setLongAt(int at, long n) {
    segment.set(longWord(), at, n);
  }

  /** The string that begins at {@code at} and ends before {@code end}, or at a zero. */
  String text(int at, int end) {
    int e = at;
    int most = Math.min(end, bytes.length);
    while (e < most && bytes[e] != 0) {
      e++;
    }
    return new String(bytes, at, e - at, StandardCharsets.ISO_8859_1);
  }

  /** Whether a zero ends the string that begins there: {@code invalid_str} says it is none. */
  boolean isText(long at) {
    for (long i = at; i < bytes.length; i++) {
      if (bytes[(int) i] == 0) {
        return true;
      }
    }
    return false;
  }

  /** Writes a string and the zero behind it, into a room that is cleared before. */
  void setText(int at, int room, String s) {
    byte[] t = s.getBytes(StandardCharsets.ISO_8859_1);
    Arrays.fill(bytes, at, Math.min(bytes.length, at + room), (byte) 0);
    System.arraycopy(t, 0, bytes, at, Math.min(t.length, room - 1));
  }

  /** The next multiple of 8: {@code align_val}. */
  static int align(int n) {
    return (n + 7) & ~7;
  }

  /** Major number of a device: {@code huge_decode_dev}, {@code MAJOR}. */
  public static int major(long dev) {
    return (int) (dev >>> 8 & 0xfff);
  }

  /** Minor number of a device. */
  public static int minor(long dev) {
    return (int) (dev & 0xff | dev >>> 12 & 0xfff00);
  }

  /** {@code huge_encode_dev}. */
  public static long dev(int major, int minor) {
    return minor & 0xff | (long) major << 8 | (long) (minor & ~0xff) << 12;
  }
}
