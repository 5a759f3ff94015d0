package org.dmsim.scenarios.script;

import java.util.regex.Pattern;

/** The ways in which a person names a device. */
public final class DeviceForms {

  /** Words of a table that are names and nothing else: of a disk, or of what /dev holds. */
  public static final Pattern IN_TABLE =
      Pattern.compile(
          "(?<!\\S)(?:/dev/mapper/\\S+|(?:/dev/)?dm-\\d+|ram\\d+|nullb\\d+)(?=\\s|;|$)");

  private DeviceForms() {}

  /** Without {@code /dev/mapper/} or {@code /dev/}. */
  public static String bare(String name) {
    for (String folder : new String[] {"/dev/mapper/", "/dev/"}) {
      if (name.startsWith(folder)) {
        return name.substring(folder.length());
      }
    }
    return name;
  }

  /** Whether it names a device by a number that is given when that is made. */
  public static boolean isNumbered(String name) {
    return name.matches("\\d+:\\d+") || bare(name).matches("dm-\\d+");
  }
}
