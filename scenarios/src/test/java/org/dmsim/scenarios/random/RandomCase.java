package org.dmsim.scenarios.random;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A case made from a seed, in the words of the recorded ones and for the machine that they were
 * recorded on: a question that can be put to a real kernel and to the model. Whatever might block
 * runs beside the script, so that no case holds up the next.
 */
final class RandomCase {

  private static final List<String> PLAIN = List.of("linear", "linear", "striped", "zero", "error");
  private static final List<String> AT_ONCE =
      List.of("linear", "striped", "zero", "error", "flakey", "dust", "switch", "unstriped");
  private static final List<String> ALL =
      List.of(
          "linear",
          "striped",
          "zero",
          "error",
          "flakey",
          "dust",
          "switch",
          "unstriped",
          "delay",
          "mirror",
          "snapshot",
          "snapshot-origin");
  private static final List<String> DISKS = List.of("ram0", "ram1", "ram2", "nullb0", "nullb1");

  private final SplittableRandom random;
  private final RandomTable tables;
  private final List<String> lines = new ArrayList<>();
  private final List<String> devices = new ArrayList<>();
  private final Set<String> suspended = new HashSet<>();
  private final Set<String> loaded = new HashSet<>();
  private boolean everSuspended;
  private boolean walking;
  private final List<Integer> jobs = new ArrayList<>();
  private int nextJob = 1;

  private RandomCase(long seed) {
    random = new SplittableRandom(new SplittableRandom(seed).nextLong());
    tables = new RandomTable(random);
  }

  /** The commands of the case with that number. */
  static List<String> of(long seed) {
    RandomCase c = new RandomCase(seed);
    switch ((int) (seed % 10)) {
      case 0, 1 -> c.io(AT_ONCE);
      case 2 -> c.io(ALL);
      case 3 -> c.nowait();
      case 4 -> c.tables();
      case 5 -> c.limits();
      case 6 -> c.disks();
      case 7 -> c.swaps();
      case 8 -> c.walk();
      default -> c.messages();
    }
    return c.lines;
  }

  private String pick(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String pick(String... of) {
    return of[random.nextInt(of.length)];
  }

  private void say(String line) {
    lines.add(line);
  }

  // ---- kinds of cases -------------------------------------------------------------------------

  private void io(List<String> types) {
    stack(1 + random.nextInt(3), types);
    for (int i = 6 + random.nextInt(8); i > 0; i--) {
      say(random.nextInt(9) == 0 ? ask() : data(target()));
    }
  }

  private void nowait() {
    stack(1 + random.nextInt(2), ALL);
    for (int i = 6 + random.nextInt(4); i > 0; i--) {
      switch (random.nextInt(6)) {
        case 0 -> suspend(pick(devices));
        case 1 -> resume(pick(devices));
        case 2 -> beside(data(target()));
        default -> {
          String d = target();
          String io = pick("read_nowait ", "write_nowait ") + range(d);
          if (!everSuspended) {
            say(io);
          } else {
            beside(io);
          }
        }
      }
    }
    end();
  }

  private void tables() {
    say("create d0");
    say("load d0 " + tables.table(List.of(), PLAIN, 4096));
    say("resume d0");
    devices.add("d0");
    say("create d1");
    for (int i = 5 + random.nextInt(5); i > 0; i--) {
      String table = tables.table(List.of("252:0"), ALL, 2048);
      say(pick("load d1 ", "load d1 ", "load d1 ", "load_ro d1 ") + tables.strange(table));
      say(pick("table d1 inactive", "status d1 inactive", "deps d1 inactive", "info d1"));
    }
    say("resume d1");
    say("table d1");
    say("status d1");
    say("deps d1");
    say("limits d1");
  }

  private void limits() {
    stack(1 + random.nextInt(3), ALL);
    for (String d : devices) {
      say("limits " + d);
    }
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      String d = pick(devices);
      swap(d);
      say("limits " + d);
      say("limits " + devices.getLast());
      say(data(devices.getLast()));
    }
  }

  private void disks() {
    stack(1 + random.nextInt(2), List.of("linear", "striped", "flakey", "zero", "dust", "switch"));
    for (int i = 8 + random.nextInt(6); i > 0; i--) {
      String d = random.nextInt(4) == 0 ? pick("nullb0", "nullb1", "ram0") : pick(devices);
      switch (random.nextInt(8)) {
        case 0 -> say("flush " + d);
        case 1, 2 -> say("discard " + range(d));
        case 3 -> say("zeroout " + range(d));
        case 4 -> say("write_sync " + range(d) + fill());
        case 5 -> say("secure_discard " + range(d));
        default -> say(data(d));
      }
    }
  }

  private void swaps() {
    stack(1 + random.nextInt(2), random.nextBoolean() ? PLAIN : AT_ONCE);
    for (int i = 8 + random.nextInt(6); i > 0; i--) {
      switch (random.nextInt(9)) {
        case 0, 1 -> suspend(pick(devices));
        case 2, 3 -> resume(pick(devices));
        case 4 -> load(pick(devices), AT_ONCE);
        case 5 -> say(ask());
        case 6 -> {
          if (suspended.isEmpty() && loaded.isEmpty()) {
            jobs.forEach(j -> say("join " + j));
            jobs.clear();
          } else if (!jobs.isEmpty()) {
            say("poll " + jobs.get(random.nextInt(jobs.size())));
          }
        }
        default -> beside(data(target()));
      }
    }
    end();
  }

  private void walk() {
    List<String> names = List.of("d0", "d1", "d2");
    walking = true;
    say("create d0");
    devices.addAll(names);
    devices.add("d3");
    for (int i = 14 + random.nextInt(10); i > 0; i--) {
      String d = pick(names);
      switch (random.nextInt(18)) {
        case 0, 1 -> say("create " + d + pick("", "", " uuid-" + d, " U"));
        case 2, 3, 4 -> {
          say(pick("load ", "load ", "load_ro ") + d + " " + tables.table(List.of(), PLAIN, 2048));
          loaded.add(d);
        }
        case 5, 6, 7 -> resume(d);
        case 8 -> suspend(d);
        case 9 -> say("clear " + d);
        case 10 -> say("remove " + d + pick("", " deferred"));
        case 11 -> say(pick("rename ", "set_uuid ") + d + " " + pick("d0", "d1", "d3", "a/b", "U"));
        case 12 -> say(pick("open ", "close ") + d);
        case 13 -> say("message " + d + " " + random.nextInt(3000) + " " + pick("hello", "a b"));
        case 14 -> say("geometry " + d + " " + pick("10 2 3 0", "1 2 3", "99999 9 9 9", "1 1 1 x"));
        case 15 -> beside(data(d));
        default -> say(ask());
      }
    }
    end();
  }

  private void messages() {
    String type = pick("flakey", "dust", "switch", "mirror", "delay", "unstriped", "snapshot");
    say("create d0");
    say("load d0 " + tables.table(List.of(), List.of(type), 2048));
    say("resume d0");
    devices.add("d0");
    if (type.equals("mirror")) {
      say("sleep_ms 200");
    }
    for (int i = 8 + random.nextInt(6); i > 0; i--) {
      switch (random.nextInt(5)) {
        case 0, 1 -> say("message d0 0 " + message(type));
        case 2 -> say(pick("status d0", "table d0", "status d0 noflush"));
        default -> say(data(random.nextInt(4) == 0 ? pick("ram0", "ram1") : "d0"));
      }
    }
  }

  private String message(String type) {
    String block = Integer.toString(random.nextInt(40));
    return switch (type) {
      case "dust" ->
          pick(
              "enable",
              "disable",
              "addbadblock " + block,
              "addbadblock " + block + " 3",
              "removebadblock " + block,
              "queryblock " + block,
              "countbadblocks",
              "clearbadblocks",
              "quiet",
              "listbadblocks",
              "addbadblock",
              "queryblock 99999");
      case "switch" ->
          pick(
              "set_region_mappings " + block + ":1",
              "set_region_mappings 0:1 :0 :1",
              "set_region_mappings 1:0 R1,2",
              "set_region_mappings R2,4",
              "set_region_mappings 0:5",
              "set_region_mappings",
              "set_region_mappings x:1",
              "other");
      default -> pick("hello", "enable", "a b c", "");
    };
  }

  // ---- devices --------------------------------------------------------------------------------

  private void stack(int depth, List<String> types) {
    for (int i = 0; i < depth; i++) {
      String d = "d" + i;
      say("create " + d);
      load(d, types);
      say("resume " + d);
      loaded.remove(d);
      if (lines.get(lines.size() - 2).contains("mirror")) {
        say("sleep_ms 200");
      }
      devices.add(d);
    }
  }

  private void load(String d, List<String> types) {
    List<String> below = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(d.substring(1)); i++) {
      below.add("252:" + i);
    }
    int sectors = below.isEmpty() ? 4608 : 1536;
    String verb = random.nextInt(8) == 0 ? "load_ro " : "load ";
    say(verb + d + " " + tables.table(below, types, sectors));
    loaded.add(d);
  }

  private void swap(String d) {
    load(d, ALL);
    say("resume " + d);
    say("sleep_ms 100");
  }

  private void suspend(String d) {
    if (jobs.isEmpty()) { // one that waits below would hold it up for ever
      say("suspend " + d + pick("", "", " noflush", " nolockfs"));
      everSuspended = true;
      suspended.add(d);
    }
  }

  /** A device that is not suspended and has another table suspends itself for it. */
  private boolean wouldSuspend(String d) {
    return loaded.contains(d) && !suspended.contains(d);
  }

  private void resume(String d) {
    if (jobs.isEmpty() || !wouldSuspend(d)) {
      say("resume " + d);
      suspended.remove(d);
    }
  }

  private void beside(String command) {
    if (nextJob < 10) {
      say("bg " + nextJob + " " + command);
      jobs.add(nextJob++);
    }
  }

  /** Whoever waits is let go, from the bottom up; with the old table where the new one is bad. */
  private void end() {
    for (String d : devices) {
      if (wouldSuspend(d)) {
        say("clear " + d);
      }
      say("resume " + d);
    }
    for (String d : devices) {
      say("clear " + d);
      say("resume " + d);
    }
    jobs.forEach(j -> say("join " + j));
    for (String d : devices) {
      say("info " + d);
    }
  }

  // ---- data -----------------------------------------------------------------------------------

  private String target() {
    return random.nextInt(5) == 0 ? pick(DISKS) : pick(devices);
  }

  private String ask() {
    String d = pick(devices);
    return switch (random.nextInt(8)) {
      case 0 -> "status " + d + pick("", " inactive", " noflush");
      case 1 -> "table " + d + pick("", " inactive");
      case 2 -> "deps " + d + pick("", " inactive");
      case 3 -> "list";
      case 4 -> (walking ? "info " : "limits ") + d; // of no device it tells dm-0's
      default -> "info " + d;
    };
  }

  private String data(String d) {
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> "read " + range(d);
      case 3 -> "read_nowait " + range(d);
      case 4, 5, 6 -> "write " + range(d) + fill();
      case 7 -> "write_nowait " + range(d) + fill();
      case 8 -> "write_sync " + range(d) + fill();
      case 9 -> "discard " + range(d);
      case 10 -> "flush " + d;
      default -> "zeroout " + range(d);
    };
  }

  private String fill() {
    return " " + random.nextInt(256);
  }

  private String range(String d) {
    long offset =
        switch (random.nextInt(8)) {
          case 0 -> random.nextInt(3_000_000);
          case 1, 2 -> random.nextInt(5000) * 512L;
          case 3 -> 0;
          default -> random.nextInt(512) * 4096L;
        };
    long length =
        switch (random.nextInt(9)) {
          case 0 -> random.nextInt(20_000);
          case 1, 2 -> (1 + random.nextInt(64)) * 512L;
          case 3 -> 131_072;
          case 4 -> 65_536L + random.nextInt(300) * 512L;
          default -> (1 + random.nextInt(8)) * 4096L;
        };
    return d + " " + offset + " " + length;
  }
}
