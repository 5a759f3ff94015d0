package org.dmsim.dm.ioctl;

import java.util.List;

/**
 * What an ioctl answered: the {@code struct dm_ioctl} that it gave back, as far as it tells
 * anything.
 *
 * @param error 0 or a negative errno; nothing else counts then
 * @param flags {@code DM_*_FLAG} bits
 * @param minor minor number of the device
 * @param openCount how often it is open
 * @param eventNr its number of events
 * @param targetCount targets of the table asked about
 * @param uuid the device's uuid, or empty
 * @param lines of a table, a status, a list
 * @param data what a message answered; null if it did not
 */
public record DmReply(
    int error,
    int flags,
    int minor,
    int openCount,
    int eventNr,
    int targetCount,
    String uuid,
    List<String> lines,
    String data) {

  public static final int READONLY = 1;
  public static final int SUSPEND = 1 << 1;
  public static final int PERSISTENT_DEV = 1 << 3;
  public static final int STATUS_TABLE = 1 << 4;
  public static final int ACTIVE_PRESENT = 1 << 5;
  public static final int INACTIVE_PRESENT = 1 << 6;
  public static final int BUFFER_FULL = 1 << 8;
  public static final int SKIP_LOCKFS = 1 << 10;
  public static final int NOFLUSH = 1 << 11;
  public static final int QUERY_INACTIVE_TABLE = 1 << 12;
  public static final int UEVENT_GENERATED = 1 << 13;
  public static final int UUID = 1 << 14;
  public static final int DATA_OUT = 1 << 16;
  public static final int DEFERRED_REMOVE = 1 << 17;
  public static final int INTERNAL_SUSPEND = 1 << 18;

  /** Whether it succeeded. */
  public boolean ok() {
    return error == 0;
  }

  /**
   * The device's state in one line, each flag followed by a comma: {@code flags=SUSPEND,ACTIVE,
   * open=0 event=0 targets=1}.
   */
  public String device() {
    return "flags="
        + flag(READONLY, "READONLY,")
        + flag(SUSPEND, "SUSPEND,")
        + flag(ACTIVE_PRESENT, "ACTIVE,")
        + flag(INACTIVE_PRESENT, "INACTIVE,")
        + flag(BUFFER_FULL, "BUFFER_FULL,")
        + flag(DEFERRED_REMOVE, "DEFERRED_REMOVE,")
        + " open="
        + openCount
        + " event="
        + eventNr
        + " targets="
        + targetCount;
  }

  private String flag(int bit, String name) {
    return (flags & bit) != 0 ? name : "";
  }
}
