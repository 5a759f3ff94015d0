package org.dmsim.dm.ioctl;

/**
 * One line of a table: {@code struct dm_target_spec} with its parameters.
 *
 * @param start first sector, unsigned
 * @param length sectors, unsigned
 * @param type name of the target type
 * @param params what follows it
 */
public record TableLine(long start, long length, String type, String params) {

  /** {@code DM_MAX_TYPE_NAME}, its ending zero included. */
  private static final int MAX_TYPE_NAME = 16;

  /** Cuts the type's name to what the struct can hold. */
  public TableLine {
    type = type.length() < MAX_TYPE_NAME ? type : type.substring(0, MAX_TYPE_NAME - 1);
  }

  /** As {@code dmsetup table} shows it. */
  @Override
  public String toString() {
    return Long.toUnsignedString(start)
        + " "
        + Long.toUnsignedString(length)
        + " "
        + type
        + (params.isEmpty() ? "" : " " + params);
  }
}
