package org.dmsim.scenarios.random;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A whole script made from a seed: a machine, a stack of devices of any target, and tasks that do
 * I/O beside tasks that suspend, swap, remove and ask. Any command may fail; none may break dmsim.
 */
final class RandomPlay {

  private static final List<String> KERNELS =
      List.of(
          "5.4",
          "5.10",
          "5.15",
          "5.18",
          "5.19",
          "6.0",
          "6.1",
          "6.1.192",
          "6.2",
          "6.4",
          "6.6-rc1",
          "6.6",
          "6.7",
          "6.9",
          "6.12",
          "6.12.117");
  private static final List<String> PREEMPT = List.of("full", "voluntary", "none");
  private static final List<String> REALTIME = List.of("full", "none", "rt", "rt");
  private static final String MAY_FAIL = " -- may fail\n";

  private final SplittableRandom random;
  private final StringBuilder text = new StringBuilder();
  private final List<String> devices = new ArrayList<>();

  private RandomPlay(long seed) {
    random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L + 1);
  }

  /** The text of the script with that number. */
  static String script(long seed) {
    return new RandomPlay(seed).make();
  }

  private String make() {
    String kernel = pick(KERNELS);
    text.append("kernel ").append(kernel);
    text.append(" preempt=").append(pick(kernel.startsWith("6.12") ? REALTIME : PREEMPT));
    text.append(" cpus=").append(2 + random.nextInt(7));
    text.append(random.nextInt(6) == 0 ? " clock=any\n" : "\n");
    if (random.nextInt(3) == 0) {
      text.append("disk ram0 1M\ndisk ram1 1M\ndisk ram2 1M\ndisk nullb0 1M");
      text.append(pick(List.of("", " latency=3ms", " write_cache fua", " discard write_zeroes")));
      text.append('\n');
    }
    setUp();
    int tasks = 1 + random.nextInt(3);
    for (int i = 0; i < tasks; i++) {
      task("io" + i, this::io, 1 + random.nextInt(2));
    }
    if (random.nextInt(5) > 0) {
      task("admin", this::admin, 1 + random.nextInt(4));
    }
    if (random.nextInt(6) == 0) {
      text.append("list\n");
    }
    return text.toString();
  }

  private void setUp() {
    int count = 1 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      String name = "d" + i;
      line("", "create " + name);
      if (random.nextInt(12) > 0) {
        line("", "load " + name + " " + table());
      }
      if (random.nextInt(12) > 0) {
        line("", "resume " + name);
      }
      devices.add(name);
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      line("", random.nextInt(4) == 0 ? io() : admin());
    }
  }

  private void task(String name, java.util.function.Supplier<String> command, int count) {
    text.append("task ").append(name).append(":\n");
    for (int i = 0; i < count; i++) {
      line("  ", random.nextInt(6) == 0 ? ownAffair() : command.get());
    }
  }

  private void line(String indent, String command) {
    text.append(indent).append(command).append(MAY_FAIL);
  }

  /** What a task does to itself. */
  private String ownAffair() {
    return switch (random.nextInt(5)) {
      case 0 -> "pin 1";
      case 1 -> "memory short" + pick(List.of("", " 5ms"));
      default -> "sleep_ms " + random.nextInt(30);
    };
  }

  private String pick(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String device() {
    return pick(devices);
  }

  private String io() {
    String on = random.nextInt(8) == 0 ? pick(List.of("ram0", "nullb0")) : device();
    String range = " " + on + " " + random.nextInt(40) * 512 + " " + (1 + random.nextInt(24)) * 512;
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> "read" + range;
      case 3 -> "read_nowait" + range;
      case 4, 5 -> "write" + range + " 7";
      case 6 -> "write_nowait" + range + " 7";
      case 7 -> "write_sync" + range + " 7";
      case 8, 9 -> "flush " + on;
      case 10 -> "discard" + range;
      default -> pick(List.of("zeroout", "secure_discard")) + range;
    };
  }

  private String admin() {
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> "suspend " + device() + pick(List.of("", "", " noflush", " nolockfs"));
      case 3, 4, 5 -> "resume " + device();
      case 6, 7, 8 -> "load " + device() + " " + table();
      case 9 -> "remove " + device() + pick(List.of("", " deferred"));
      case 10 -> "clear " + device();
      case 11 -> pick(List.of("info ", "deps ", "limits ")) + device();
      case 12 -> pick(List.of("table ", "status ")) + device() + pick(List.of("", " inactive"));
      case 13 -> "message " + device() + " 0 " + message();
      case 14 -> "rename " + device() + " d7";
      case 15 -> pick(List.of("open ", "close ")) + device();
      case 16 -> "remove_all";
      case 17 -> "load_ro " + device() + " " + table();
      case 18 -> pick(List.of("set_uuid " + device() + " u1", "targets", "geometry " + device()));
      default -> "create d9";
    };
  }

  private String message() {
    return pick(
        List.of(
            "enable",
            "disable",
            "addbadblock 3",
            "clearbadblocks",
            "countbadblocks",
            "mark here",
            "hello world",
            "set_region_mappings R2,3"));
  }

  private String table() {
    StringBuilder s = new StringBuilder();
    int start = 0;
    for (int i = random.nextInt(4) == 0 ? 2 : 1; i > 0; i--) {
      int length = 64;
      s.append(s.isEmpty() ? "" : "; ").append(start).append(' ').append(length).append(' ');
      s.append(target());
      start += length;
    }
    return s.toString();
  }

  private String target() {
    String a = place();
    String b = place();
    return switch (random.nextInt(24)) {
      case 0 -> "zero";
      case 1 -> "error";
      case 2, 3 -> "striped 2 8 " + a + " " + b;
      case 4, 5 -> "delay " + a + pick(List.of(" 0", " 1", " 5", " 50"));
      case 6 -> "delay " + a + " 2 " + b + " 7";
      case 7 -> "flakey " + a + " 1 1";
      case 8 -> "flakey " + a + pick(List.of(" 0 1", " 1 0 1 drop_writes", " 0 1 1 error_writes"));
      case 9, 10 -> "dust " + a + " 512";
      case 11, 12 -> "log-writes " + disk() + " " + disk();
      case 13, 14 -> "mirror core 2 8 " + pick(List.of("sync", "nosync")) + " 2 " + a + " " + b;
      case 15 -> "mirror disk 2 " + disk() + " 8 2 " + a + " " + b;
      case 16, 17 ->
          "snapshot " + disk() + " " + disk() + " " + pick(List.of("N", "P", "P")) + " 8";
      case 18 -> "snapshot-origin " + disk();
      case 19 -> "snapshot-merge " + disk() + " " + disk() + " P 8";
      case 20 -> "switch 2 8 0 " + a + " " + b;
      case 21 -> "unstriped 2 8 " + random.nextInt(2) + " " + a;
      default -> "linear " + a;
    };
  }

  private String disk() {
    return pick(List.of("1:0", "1:1", "1:2", "253:0", "252:0"));
  }

  private String place() {
    return disk() + " " + pick(List.of("0", "0", "64", "128"));
  }
}
