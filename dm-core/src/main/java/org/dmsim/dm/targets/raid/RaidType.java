package org.dmsim.dm.targets.raid;

import java.util.List;
import java.util.Locale;

/**
 * A kind of set that a table line can ask for: {@code struct raid_type}, 6.1.
 *
 * @param name as a table line has it
 * @param parityDisks disks of it that hold no data
 * @param minimalDisks how many disks it needs; what is added must leave room for so many
 * @param level of md
 * @param algorithm the layout by md's number
 */
record RaidType(String name, int parityDisks, int minimalDisks, int level, int algorithm) {

  static final int LEFT_ASYMMETRIC = 0;
  static final int RIGHT_ASYMMETRIC = 1;
  static final int LEFT_SYMMETRIC = 2;
  static final int RIGHT_SYMMETRIC = 3;
  static final int PARITY_0 = 4;
  static final int PARITY_N = 5;
  static final int ROTATING_ZERO_RESTART = 8;
  static final int ROTATING_N_RESTART = 9;
  static final int ROTATING_N_CONTINUE = 10;
  static final int LEFT_ASYMMETRIC_6 = 16;
  static final int RIGHT_ASYMMETRIC_6 = 17;
  static final int LEFT_SYMMETRIC_6 = 18;
  static final int RIGHT_SYMMETRIC_6 = 19;

  private static final List<RaidType> ALL =
      List.of(
          new RaidType("raid0", 0, 2, 0, 0),
          new RaidType("raid1", 0, 2, 1, 0),
          new RaidType("raid10_far", 0, 2, 10, 3),
          new RaidType("raid10_offset", 0, 2, 10, 2),
          new RaidType("raid10_near", 0, 2, 10, 1),
          new RaidType("raid10", 0, 2, 10, 0),
          new RaidType("raid4", 1, 2, 5, PARITY_0),
          new RaidType("raid5_n", 1, 2, 5, PARITY_N),
          new RaidType("raid5_ls", 1, 2, 5, LEFT_SYMMETRIC),
          new RaidType("raid5_rs", 1, 2, 5, RIGHT_SYMMETRIC),
          new RaidType("raid5_la", 1, 2, 5, LEFT_ASYMMETRIC),
          new RaidType("raid5_ra", 1, 2, 5, RIGHT_ASYMMETRIC),
          new RaidType("raid6_zr", 2, 4, 6, ROTATING_ZERO_RESTART),
          new RaidType("raid6_nr", 2, 4, 6, ROTATING_N_RESTART),
          new RaidType("raid6_nc", 2, 4, 6, ROTATING_N_CONTINUE),
          new RaidType("raid6_n_6", 2, 4, 6, PARITY_N),
          new RaidType("raid6_ls_6", 2, 4, 6, LEFT_SYMMETRIC_6),
          new RaidType("raid6_rs_6", 2, 4, 6, RIGHT_SYMMETRIC_6),
          new RaidType("raid6_la_6", 2, 4, 6, LEFT_ASYMMETRIC_6),
          new RaidType("raid6_ra_6", 2, 4, 6, RIGHT_ASYMMETRIC_6));

  /** The type of that name in any case; null if there is none. */
  static RaidType find(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return ALL.stream().filter(t -> t.name.equals(lower)).findFirst().orElse(null);
  }

  /** The type that md's numbers mean; null if there is none. {@code get_raid_type_by_ll}. */
  static RaidType of(int level, int algorithm) {
    return ALL.stream()
        .filter(t -> t.level == level && t.algorithm == algorithm)
        .findFirst()
        .orElse(null);
  }

  boolean hasStripes() {
    return level == 5 || level == 6;
  }
}
