package org.dmsim.dm.ioctl;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.Errno;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.targets.TargetTypes;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.KernelPolicies;

/**
 * Lays out what an ioctl tells, in the caller's buffer behind the struct; what does not fit there
 * is left out, and {@code DM_BUFFER_FULL_FLAG} says so. Each method is 0 or a negative errno.
 */
final class ControlResult {

  private static final int NAME_LIST_HAS_UUID = 1;
  private static final int NAME_LIST_HAS_NO_UUID = 2;

  private final DmIoctlStruct s;
  private final DmParam p;

  ControlResult(DmIoctlStruct s, DmParam p) {
    this.s = s;
    this.p = p;
  }

  /** The struct itself, from what the command found. */
  static void tell(DmIoctlStruct s, DmParam p) {
    s.setFlags(p.flags);
    s.setName(p.name);
    s.setUuid(p.uuid);
    s.setOpenCount(p.openCount);
    s.setEventNr(p.eventNr);
    s.setTargetCount(p.targetCount);
    if (p.minor >= 0) {
      s.setDev(DmIoctlStruct.dev(DmCore.MAJOR, p.minor));
    }
  }

  /** Mirrors {@code get_result_buffer}, 6.1: where the result begins. */
  private int begin() {
    int start = Math.min(DmIoctlStruct.SIZE, s.bytes().length);
    s.setDataStart(start);
    return start;
  }

  private int full() {
    p.flags |= DmReply.BUFFER_FULL;
    return 0;
  }

  /** Mirrors {@code list_devices}, 6.1. */
  @KernelSymbol("list_devices")
  int devices(NameHash hash) {
    hash.lock.downWrite();
    try {
      List<HashCell> cells = new ArrayList<>();
      int needed = 0;
      for (HashCell c : hash.cells()) {
        if (c.name.startsWith(p.name) && uuid(c).startsWith(p.uuid)) {
          cells.add(c);
          needed += nameListSize(c);
        }
      }
      int at = begin();
      if (p.resultRoom < needed || p.resultRoom < Long.BYTES) {
        return full();
      }
      s.setDataSize(at + needed);
      s.setLongAt(at, 0); // no device
      int last = -1;
      for (HashCell c : cells) {
        if (last >= 0) {
          s.setIntAt(last + 8, at - last);
        }
        last = at;
        at = putName(c, at);
      }
      return 0;
    } finally {
      hash.lock.upWrite();
    }
  }

  private static String uuid(HashCell c) {
    return c.uuid == null ? "" : c.uuid;
  }

  private int nameListSize(HashCell c) {
    boolean withUuid = p.has(DmReply.UUID) && c.uuid != null;
    return DmIoctlStruct.align(12 + c.name.length() + 1)
        + 8
        + (withUuid ? DmIoctlStruct.align(c.uuid.length() + 1) : 0);
  }

  private int putName(HashCell c, int at) {
    s.setLongAt(at, DmIoctlStruct.dev(DmCore.MAJOR, c.md.minor()));
    s.setIntAt(at + 8, 0);
    int event = DmIoctlStruct.align(at + 12 + c.name.length() + 1);
    s.setText(at + 12, event - at - 12, c.name);
    s.setIntAt(event, c.md.eventNr());
    s.setIntAt(event + 4, 0);
    int end = event + 8;
    if (p.has(DmReply.UUID)) {
      s.setIntAt(event + 4, c.uuid == null ? NAME_LIST_HAS_NO_UUID : NAME_LIST_HAS_UUID);
      if (c.uuid != null) {
        int next = DmIoctlStruct.align(end + c.uuid.length() + 1);
        s.setText(end, next - end, c.uuid);
        end = next;
      }
    }
    return end;
  }

  /**
   * Mirrors {@code __list_versions}, 6.1: the types that are modelled.
   *
   * @param kernel whose versions they have
   * @param only the one type asked for, -EINVAL if it is not there; null for all
   */
  @KernelSymbol("__list_versions")
  int versions(TargetTypes types, KernelPolicies kernel, String only) {
    List<String[]> found = new ArrayList<>();
    int needed = 0;
    for (String line : types.versions(kernel)) {
      String[] words = line.split(" ");
      if (types.isModelled(words[0]) && (only == null || words[0].equals(only))) {
        found.add(words);
        needed += 16 + words[0].length() + 1 + 7;
      }
    }
    if (only != null && found.isEmpty()) {
      return -Errno.EINVAL;
    }
    int at = begin();
    if (p.resultRoom < needed) {
      return full();
    }
    s.setDataSize(at + needed);
    int last = -1;
    for (String[] type : found) {
      if (last >= 0) {
        s.setIntAt(last, at - last);
      }
      int next = DmIoctlStruct.align(at + 16 + type[0].length() + 1);
      s.setText(at + 16, Math.min(next, s.bytes().length) - at - 16, type[0]);
      String[] version = type[1].split("\\.");
      s.setIntAt(at, 0);
      for (int i = 0; i < 3; i++) {
        s.setIntAt(at + 4 + 4 * i, Integer.parseInt(version[i]));
      }
      last = at;
      at = next;
    }
    return 0;
  }

  /** Mirrors what {@code retrieve_status}, 6.1, leaves in the buffer. */
  int status() {
    if (!p.hasTable) {
      return 0;
    }
    int base = begin();
    int at = base;
    int used = 0;
    for (TableLine t : p.targets) {
      s.setLongAt(at, t.start());
      s.setLongAt(at + 8, t.length());
      s.setIntAt(at + 16, 0);
      s.setText(at + 24, 16, t.type());
      int text = at + DmIoctlStruct.SPEC_SIZE;
      used = text + t.params().length() + 1;
      s.setText(text, t.params().length() + 1, t.params());
      int next = DmIoctlStruct.align(used);
      s.setIntAt(at + 20, next - base);
      at = next;
    }
    if (used > 0) {
      s.setDataSize(used);
    }
    return 0;
  }

  /** Mirrors what {@code retrieve_deps}, 6.1, leaves in the buffer. */
  int deps() {
    if (!p.hasTable) {
      return 0;
    }
    int at = begin();
    int needed = 8 + 8 * p.devices.size();
    if (p.resultRoom < needed) {
      return full();
    }
    s.setIntAt(at, p.devices.size());
    s.setIntAt(at + 4, 0);
    for (int i = 0; i < p.devices.size(); i++) {
      BlockDevice b = p.devices.get(i);
      s.setLongAt(at + 8 + 8 * i, DmIoctlStruct.dev(b.major(), b.minor()));
    }
    s.setDataSize(at + needed);
    return 0;
  }

  /** What a message answered, if it did. */
  int data() {
    int at = begin();
    if (!p.has(DmReply.DATA_OUT)) {
      return 0;
    }
    int room = p.resultRoom;
    if (room == 0 || p.data.length() + 1 >= room) {
      return full();
    }
    s.setText(at, p.data.length() + 1, p.data);
    s.setDataSize(at + p.data.length() + 1);
    return 0;
  }
}
