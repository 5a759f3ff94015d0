package org.dmsim.dm.ioctl;

import java.util.List;
import org.dmsim.block.device.BlockDevice;

/** {@code struct dm_ioctl} while an ioctl works on it. */
final class DmParam {

  /** {@code DM_NAME_LEN} and {@code DM_UUID_LEN}, their ending zeroes included. */
  static final int NAME_LEN = 128;

  static final int UUID_LEN = 129;

  /** Bytes behind the struct in the buffer that dmsetup's like hands in: 64 KiB in all. */
  private static final int RESULT_ROOM = 65536 - 312;

  String name;
  String uuid;
  int flags;
  int minor = -1;

  /** {@code dev}, by which a device may be asked for; 0 for none. */
  long dev;

  /** Bytes that a result may have: what a caller's buffer holds behind the struct. */
  int resultRoom = RESULT_ROOM;

  /** What a table or its status says, a target each. */
  List<TableLine> targets = List.of();

  /** Whether there is the table that is asked about. */
  boolean hasTable;

  /** The devices that a table uses. */
  List<BlockDevice> devices = List.of();

  int openCount;
  int eventNr;
  int targetCount;
  List<String> lines = List.of();
  String data;

  DmParam(String name, String uuid, int flags) {
    this.name = cut(name, NAME_LEN);
    this.uuid = cut(uuid, UUID_LEN);
    this.flags = flags;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  DmReply reply(int error) {
    return new DmReply(error, flags, minor, openCount, eventNr, targetCount, uuid, lines, data);
  }

  private static String cut(String s, int room) {
    String given = s == null ? "" : s;
    return given.length() < room ? given : given.substring(0, room - 1);
  }
}
