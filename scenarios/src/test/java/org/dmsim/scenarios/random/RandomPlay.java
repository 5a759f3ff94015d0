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
    random = new SplittableRandom(mixed(seed));
  }

  /**
   * The script with that number on devices that another one sets up: what stands before its first
   * task, and then tasks by chance.
   *
   * @param script with a machine, devices that begin with {@code create}, and tasks
   */
  static String on(String script, long seed) {
    RandomPlay p = new RandomPlay(seed);
    p.text.append(script, 0, script.indexOf("\ntask ") + 1);
    p.text
        .toString()
        .lines()
        .filter(l -> l.startsWith("create "))
        .forEach(l -> p.devices.add(l.substring("create ".length())));
    return p.tasks();
  }

  /** The text of the script with that number. */
  static String script(long seed) {
    return new RandomPlay(seed).make();
  }

  /**
   * The seed, with every bit of it in every bit (the finalizer of MurmurHash3). A SplittableRandom
   * goes on by one constant from its seed: multiples of that give shifted copies of one row.
   */
  private static long mixed(long seed) {
    long z = seed + 0x632be59bd9b4e019L;
    z = (z ^ (z >>> 33)) * 0xff51afd7ed558ccdL;
    z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return z ^ (z >>> 33);
  }

  private String make() {
    String kernel = pick(KERNELS);
    text.append("kernel ").append(kernel);
    text.append(" preempt=").append(pick(kernel.startsWith("6.12") ? REALTIME : PREEMPT));
    text.append(" cpus=").append(2 + random.nextInt(7));
    text.append(random.nextInt(6) == 0 ? " clock=any\n" : "\n");
    if (random.nextInt(12) > 0) {
      text.append("disk ram0 1M\ndisk ram1 1M\ndisk ram2 1M\ndisk nullb0 1M");
      text.append(pick(List.of("", " latency=3ms", " write_cache fua", " discard write_zeroes")));
      text.append('\n');
    }
    setUp();
    return tasks();
  }

  private String tasks() {
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
        line("", load(name));
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
      case 6, 7, 8 -> load(device());
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
            "set_region_mappings R2,3",
            "key wipe",
            "key set 000102030405060708090a0b0c0d0e0f",
            "fail_path 1:0",
            "fail_path 1:1",
            "reinstate_path 1:0",
            "queue_if_no_path",
            "fail_if_no_path",
            "switch_group 2",
            "disable_group 1",
            "enable_group 1",
            "frozen",
            "idle",
            "check",
            "create_thin 1",
            "create_snap 2 0",
            "delete 0",
            "set_transaction_id 0 1",
            "reserve_metadata_snap",
            "release_metadata_snap",
            "checkpoint",
            "take_metadata_snap",
            "drop_metadata_snap",
            "migration_threshold 0",
            "flush",
            "flush_on_suspend",
            "cleaner",
            "clear_stats",
            "enable_hydration",
            "disable_hydration",
            "hydration_batch_size 2"));
  }

  /** Of each table that is loaded, one in four is of a target with a book of its own. */
  private String load(String device) {
    if (random.nextInt(4) > 0) {
      return "load " + device + " " + table();
    }
    int kind = random.nextInt(8);
    if (kind == 0) { // the root of one block of zeroes, so that it may be read
      return "load_ro " + device + " 0 8 verity 1 " + disk() + " " + disk() + VERITY + verity();
    }
    if (random.nextInt(4) == 0) {
      return "load " + device + " 0 32 linear " + place() + "; 32 32 " + withBook(kind);
    }
    return "load " + device + " 0 64 " + withBook(kind);
  }

  private static final String VERITY =
      " 4096 4096 1 0 sha256 ad7facb2586fc6e966c004d7d1d16b024f5805ff7cb47c7a85dabd8b48892ca7 -";

  private String verity() {
    return pick(List.of("", "", " 1 ignore_corruption", " 1 check_at_most_once"));
  }

  private String withBook(int kind) {
    return switch (kind) {
      case 1, 2 ->
          "crypt "
              + pick(List.of("aes-cbc-plain64", "aes-ctr-plain", "aes-cbc-essiv:sha256"))
              + " 000102030405060708090a0b0c0d0e0f 0 "
              + place()
              + pick(
                  List.of(
                      "",
                      "",
                      " 1 same_cpu_crypt",
                      " 1 submit_from_crypt_cpus",
                      " 2 no_read_workqueue no_write_workqueue",
                      " 2 allow_discards sector_size:4096"));
      case 3, 4 ->
          "integrity "
              + place()
              + " - "
              + pick(List.of("J", "J", "B", "D", "R"))
              + pick(
                  List.of(
                      " 1 internal_hash:crc32c",
                      " 2 internal_hash:crc32c commit_time:5",
                      " 3 internal_hash:crc32 interleave_sectors:8 journal_sectors:8",
                      " 2 internal_hash:crc32c recalculate"));
      case 5 -> multipath();
      case 6 -> raid();
      default ->
          pick(
              List.of(
                  "ebs " + place() + " 1 8",
                  "ebs " + place() + " 2",
                  "zoned " + disk(),
                  "cache " + disk() + " " + disk() + " " + disk() + " 64 0 smq 0",
                  "thin " + disk() + " 0"));
    };
  }

  private String multipath() {
    String policy = pick(List.of("round-robin", "queue-length", "service-time"));
    String paths = " " + policy + " 0 2 0 " + disk() + " " + disk();
    String features = pick(List.of("2 queue_mode bio", "3 queue_mode bio queue_if_no_path"));
    return "multipath "
        + features
        + " 0 "
        + (random.nextBoolean() ? "1 1" + paths : "2 1" + paths + paths);
  }

  private String raid() {
    String type = pick(List.of("raid0", "raid1", "raid4", "raid5_ls", "raid5_n", "raid6_zr"));
    String chunk = type.equals("raid1") ? "0" : "8";
    String parameters = random.nextBoolean() ? " 1 " + chunk : " 2 " + chunk + " nosync";
    StringBuilder s = new StringBuilder("raid " + type + parameters);
    int disks = type.equals("raid6_zr") ? 4 : 2 + random.nextInt(2);
    s.append(' ').append(disks);
    for (int i = 0; i < disks; i++) {
      s.append(" - ").append(random.nextInt(8) == 0 ? "-" : disk());
    }
    return s.toString();
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
