package org.dmsim.scenarios.random;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Tables at random: any modelled target over any of the recorded machine's disks. */
final class RandomTable {

  /** Sectors of a disk that a case may touch: what is zeroed before the next case. */
  static final int DISK_SECTORS = 16_384;

  private static final List<String> DISKS =
      List.of("1:0", "1:1", "1:2", "1:3", "253:0", "253:1", "/dev/ram2", "/dev/nullb0");
  private static final List<String> STRANGE =
      List.of("", "-1", "0", "1", "7", "99:9", "no", "4294967296", "99999999999999999999", "1:0:0");

  private final SplittableRandom random;

  RandomTable(SplittableRandom random) {
    this.random = random;
  }

  private String pick(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String pick(String... of) {
    return of[random.nextInt(of.length)];
  }

  private String disk(List<String> devices) {
    return devices.isEmpty() || random.nextInt(3) == 0 ? pick(DISKS) : pick(devices);
  }

  /** A device and where on it to begin; a multiple of 8 sectors more often than not. */
  private String place(List<String> devices) {
    String start =
        switch (random.nextInt(6)) {
          case 0 -> Integer.toString(random.nextInt(4096));
          case 1, 2 -> Integer.toString(random.nextInt(512) * 8);
          default -> "0";
        };
    return disk(devices) + " " + start;
  }

  /**
   * One to four targets in a row.
   *
   * @param devices mapped devices that they may lie on, as {@code 252:0}; else on disks only
   * @param types the targets to choose from
   * @param sectors about how long it is
   */
  String table(List<String> devices, List<String> types, int sectors) {
    List<String> targets = new ArrayList<>();
    long start = 0;
    int count = random.nextInt(3) == 0 ? 2 + random.nextInt(3) : 1;
    for (int i = 0; i < count; i++) {
      String type = pick(types);
      long length = length(type, sectors / count);
      targets.add(start + " " + length + " " + target(type, devices, length));
      start += length;
    }
    return String.join("; ", targets);
  }

  private long length(String type, int about) {
    boolean whole = type.equals("striped") || random.nextInt(4) > 0;
    return whole ? Math.max(1, about / 768) * 768L : 8 + random.nextInt(about);
  }

  private String target(String type, List<String> devices, long length) {
    return switch (type) {
      case "zero", "error" -> type;
      case "striped" -> striped(devices, length);
      case "delay" -> delay(devices);
      case "flakey" -> flakey(devices);
      case "dust" -> "dust " + place(devices) + " " + pick("512", "512", "1024", "4096");
      case "switch" ->
          "switch 2 " + pick("8", "64", "16") + " 0 " + place(devices) + " " + place(devices);
      case "unstriped" ->
          "unstriped 2 " + pick("8", "16") + " " + pick("0", "1") + " " + place(devices);
      case "mirror" -> mirror(devices);
      case "snapshot" -> "snapshot 1:0 1:1 " + pick("N", "P", "N", "PO") + " " + pick("8", "16");
      case "snapshot-origin" -> "snapshot-origin " + disk(devices);
      case "log-writes" -> "log-writes " + disk(devices) + " 1:3";
      default -> type + " " + place(devices);
    };
  }

  private String striped(List<String> devices, long length) {
    int stripes = 1 + random.nextInt(4);
    long chunk = length % (stripes * 16L) == 0 ? 8L << random.nextInt(2) : 8;
    StringBuilder s = new StringBuilder("striped " + stripes + " " + chunk);
    for (int i = 0; i < stripes; i++) {
      s.append(' ').append(place(devices));
    }
    return s.toString();
  }

  private String delay(List<String> devices) {
    String one = "delay " + place(devices) + " " + pick("0", "0", "1", "5");
    return switch (random.nextInt(4)) {
      case 0 -> one + " " + place(devices) + " " + pick("0", "2");
      case 1 -> one + " " + place(devices) + " 0 " + place(devices) + " " + pick("0", "3");
      default -> one;
    };
  }

  /** Up or down the whole time: what it does must not hang on when it is asked. */
  private String flakey(List<String> devices) {
    String features =
        pick(
            "",
            "",
            " 1 drop_writes",
            " 1 error_writes",
            " 1 error_reads",
            " 2 error_reads error_writes",
            " 5 corrupt_bio_byte 1 r 7 0",
            " 5 corrupt_bio_byte 33 w 255 0",
            " 6 drop_writes corrupt_bio_byte 2 r 9 0",
            " 0");
    return "flakey " + place(devices) + " " + pick("0 9000", "0 9000", "9000 0") + features;
  }

  private String mirror(List<String> devices) {
    int legs = 1 + random.nextInt(3);
    StringBuilder s = new StringBuilder("mirror core " + pick("1 64", "2 64 nosync", "2 8 nosync"));
    s.append(' ').append(legs);
    for (int i = 0; i < legs; i++) {
      s.append(' ').append(place(devices));
    }
    return s.append(pick("", "", " 2 handle_errors keep_log")).toString();
  }

  /** A table of which one word was changed, left out or said twice. */
  String strange(String table) {
    List<String> words = new ArrayList<>(List.of(table.split(" ")));
    int at = random.nextInt(words.size());
    switch (random.nextInt(4)) {
      case 0 -> words.remove(at);
      case 1 -> words.add(at, words.get(at));
      default -> words.set(at, pick(STRANGE) + (words.get(at).endsWith(";") ? ";" : ""));
    }
    String made = String.join(" ", words).strip();
    // What the recorder itself refuses is no question to a kernel.
    for (String line : made.split(";", -1)) {
      if (!line.strip().matches("\\d{1,15} +\\d{1,15} +[a-z][a-z-]* *.*")) {
        return table;
      }
    }
    return made;
  }
}
