package org.dmsim.scenarios.random;

import java.util.List;
import java.util.SplittableRandom;

/**
 * A script of commands that may or may not make sense where they stand, made from a seed. Mapped
 * devices do not lie on one another: a ring of them goes round for ever, in the kernel too.
 */
final class RandomCommands {

  private static final List<String> NAMES = List.of("d0", "d1", "d2");
  private static final List<String> DEVICES =
      List.of("1:0", "1:1", "253:0", "/dev/ram2", "252:9", "9:9");

  private final SplittableRandom random;

  private RandomCommands(long seed) {
    random = new SplittableRandom(seed);
  }

  /** The text; two tasks of it run together at the end. */
  static String script(long seed) {
    RandomCommands r = new RandomCommands(seed);
    StringBuilder s = new StringBuilder();
    s.append("create d0\nload d0 0 256 linear 1:0 0\nresume d0\ncreate d1\ncreate d2\nremove d2\n");
    for (int i = 0; i < 20; i++) {
      s.append(r.command()).append('\n');
    }
    for (String task : List.of("a", "b")) {
      s.append("task ").append(task).append(":\n");
      for (int i = 0; i < 8; i++) {
        s.append("  ").append(r.command()).append('\n');
      }
    }
    return s.toString();
  }

  private String pick(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String name() {
    return pick(NAMES);
  }

  private String command() {
    return switch (random.nextInt(20)) {
      case 0 -> "create " + name();
      case 1, 2, 3 -> (random.nextInt(8) == 0 ? "load_ro " : "load ") + name() + " " + table();
      case 4, 5, 6 -> "resume " + name();
      case 7 -> "suspend " + name() + pick(List.of("", " noflush", " nolockfs"));
      case 8 -> pick(List.of("clear ", "info ", "table ", "status ", "deps ")) + name();
      case 9 -> "remove " + name() + pick(List.of("", "", " deferred"));
      case 10 -> "rename " + name() + " " + name();
      case 11 -> pick(List.of("open ", "close ")) + name();
      case 12 -> "message " + name() + " " + random.nextInt(300) + " hello world";
      case 13 -> pick(List.of("flush ", "limits ")) + device();
      default -> io();
    };
  }

  private String device() {
    return random.nextInt(3) == 0 ? pick(List.of("ram0", "nullb0")) : name();
  }

  private String io() {
    String op =
        pick(
            List.of(
                "read",
                "read_nowait",
                "write",
                "write_nowait",
                "write_sync",
                "discard",
                "secure_discard",
                "zeroout"));
    long offset = random.nextInt(4) == 0 ? random.nextInt(200_000) : random.nextInt(300) * 512L;
    long length = random.nextInt(6) == 0 ? random.nextInt(9000) : random.nextInt(40) * 512L;
    return op + " " + device() + " " + offset + " " + length;
  }

  private String table() {
    StringBuilder s = new StringBuilder();
    long start = 0;
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      long length = random.nextInt(8) == 0 ? random.nextInt(100) : 64;
      s.append(s.isEmpty() ? "" : "; ").append(start).append(' ').append(length).append(' ');
      s.append(
          switch (random.nextInt(7)) {
            case 0 -> "zero";
            case 1 -> "error";
            case 2 -> "striped 2 8 " + place() + " " + place();
            case 3 -> "flakey " + place() + " 1 1";
            case 4 -> "delay " + place() + " 1";
            default -> "linear " + place();
          });
      start += random.nextInt(10) == 0 ? length + 1 : length;
    }
    return s.toString();
  }

  private String place() {
    return pick(DEVICES) + " " + (random.nextInt(5) == 0 ? random.nextInt(200_000) : 0);
  }
}
