package org.dmsim.scenarios.random;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.dmsim.scenarios.random.ArrayModel.Target;

/**
 * A script made from a seed, with the answer that the plain array model gives to each command that
 * touches data. Tables are swapped under their users; where several tasks run, each has sectors of
 * its own, so that the answers do not depend on the schedule.
 */
final class RandomScript {

  private static final int DISK_SECTORS = 512;
  private static final List<String> DISKS = List.of("ram0", "ram1", "ram2", "nullb0");
  private static final List<String> PLAIN =
      List.of("linear", "linear", "linear", "mirror", "delay", "flakey", "dust");

  private final SplittableRandom random;
  private final ArrayModel model = new ArrayModel();
  private final Map<String, String> numbers = new HashMap<>();
  private final StringBuilder text = new StringBuilder();
  private final Map<String, List<String>> expected = new HashMap<>();
  private final List<String> devices = new ArrayList<>();

  private RandomScript(long seed) {
    random = new SplittableRandom(seed);
    for (int i = 0; i < 3; i++) {
      text.append("disk ram").append(i).append(" 256K\n");
      numbers.put("ram" + i, "1:" + i);
    }
    text.append("disk nullb0 256K discard write_cache fua\n");
    numbers.put("nullb0", "253:0");
    DISKS.forEach(d -> model.disk(d, DISK_SECTORS));
  }

  /** One task after another. */
  static RandomScript sequential(long seed) {
    RandomScript s = new RandomScript(seed);
    s.stack(1 + s.random.nextInt(3), true);
    for (int i = 0; i < 25; i++) {
      if (s.random.nextInt(6) == 0) {
        s.swap("", s.pick(s.devices));
      } else {
        String device = s.random.nextInt(4) == 0 ? s.pick(DISKS) : s.pick(s.devices);
        s.io("main", "", device, 0, s.model.sectors(device) + 8);
      }
    }
    return s;
  }

  /** Three tasks that read and write, and one that swaps the tables under them. */
  static RandomScript concurrent(long seed) {
    RandomScript s = new RandomScript(seed);
    s.stack(1 + s.random.nextInt(2), false);
    String top = s.devices.getLast();
    long part = s.model.sectors(top) / 3;
    for (int t = 0; t < 3; t++) {
      s.text.append("task io").append(t).append(":\n");
      for (int i = 0; i < 6; i++) {
        s.io("io" + t, "  ", top, t * part, part);
      }
    }
    s.text.append("task admin:\n");
    for (int i = 0; i < 3; i++) {
      s.reload("  ", s.pick(s.devices));
    }
    return s;
  }

  String text() {
    return text.toString();
  }

  /** First lines of the answers to the commands that touch data, by task. */
  Map<String, List<String>> expected() {
    return expected;
  }

  private String pick(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  // ---- tables ---------------------------------------------------------------------------------

  private void stack(int depth, boolean holes) {
    for (int i = 0; i < depth; i++) {
      String name = "d" + i;
      numbers.put(name, "252:" + i);
      model.table(name, i == 0 ? table(48, holes) : over("d" + (i - 1)));
      text.append("create ").append(name).append('\n');
      load("", name);
      text.append("resume ").append(name).append('\n');
      devices.add(name);
    }
  }

  private final Map<String, List<Target>> live = new HashMap<>();

  /** Targets over disks, none of which share a sector. */
  private List<Target> table(long unit, boolean holes) {
    List<Target> targets = new ArrayList<>();
    long start = 0;
    long used = 0;
    for (int i = 0; i < 4; i++) {
      int kind = random.nextInt(holes ? 5 : 3);
      long length = unit * 2;
      switch (kind) {
        case 0, 1 -> targets.add(plain(start, length, used));
        case 2 ->
            targets.add(
                new Target(
                    start,
                    length,
                    "striped",
                    List.of("ram0", "nullb0"),
                    List.of(used, used),
                    4L << random.nextInt(3)));
        case 3 -> targets.add(new Target(start, length, "zero", List.of(), List.of(), 0));
        default -> targets.add(new Target(start, length, "error", List.of(), List.of(), 0));
      }
      start += length;
      used += length;
    }
    return fitStripes(targets);
  }

  /** A target that shows one disk as it is, or writes two alike. */
  private Target plain(long start, long length, long used) {
    String type = pick(PLAIN);
    List<String> devices = type.equals("mirror") ? List.of("ram1", "ram2") : List.of(pick(DISKS));
    return new Target(start, length, type, devices, Collections.nCopies(devices.size(), used), 0);
  }

  /** A striped target is as long as whole stripes of its chunk. */
  private static List<Target> fitStripes(List<Target> targets) {
    for (int i = 0; i < targets.size(); i++) {
      Target t = targets.get(i);
      if (t.type().equals("striped") && t.length() % (t.chunk() * 2) != 0) {
        targets.set(i, new Target(t.start(), t.length(), t.type(), t.devices(), t.starts(), 4));
      }
    }
    return targets;
  }

  /** The device below, cut in two parts that are mapped the other way round. */
  private List<Target> over(String below) {
    long n = model.sectors(below);
    long cut = 1 + random.nextInt((int) n - 1);
    return List.of(
        new Target(0, n - cut, "linear", List.of(below), List.of(cut), 0),
        new Target(n - cut, cut, "linear", List.of(below), List.of(0L), 0));
  }

  private void load(String indent, String name) {
    text.append(indent).append("load ").append(name).append(' ');
    List<Target> targets = live.computeIfAbsent(name, n -> model.targets(n));
    for (int i = 0; i < targets.size(); i++) {
      text.append(i == 0 ? "" : "; ").append(targets.get(i).line(numbers));
    }
    text.append('\n');
  }

  /** Another table of the same size goes live. */
  private void swap(String indent, String name) {
    if (name.equals("d0")) {
      model.table(name, table(48, true));
    } else {
      model.table(name, over("d" + (Integer.parseInt(name.substring(1)) - 1)));
    }
    live.remove(name);
    reload(indent, name);
  }

  /** The same table goes live again. */
  private void reload(String indent, String name) {
    if (random.nextBoolean()) {
      text.append(indent).append("suspend ").append(name);
      text.append(random.nextBoolean() ? " noflush\n" : "\n");
    }
    load(indent, name);
    text.append(indent).append("resume ").append(name).append('\n');
  }

  // ---- data -----------------------------------------------------------------------------------

  private void io(String task, String indent, String device, long from, long length) {
    long sector = from + random.nextInt((int) length);
    int count = 1 + random.nextInt((int) Math.min(64, from + length - sector));
    int fill = random.nextInt(256);
    long inside = Math.min(count, model.sectors(device) - sector);
    String range = " " + device + " " + sector * 512 + " " + count * 512;
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> say(task, indent, "read" + range, model.read(device, sector, count));
      case 3 ->
          say(
              task,
              indent,
              "write_sync" + range + " " + fill,
              model.write(device, sector, count, fill));
      case 4, 5, 6 ->
          say(task, indent, "write" + range + " " + fill, model.write(device, sector, count, fill));
      default ->
          say(
              task,
              indent,
              "zeroout" + range,
              inside < count ? "-1 EINVAL" : model.fill(device, sector, count, 0) ? "0" : "-1 EIO");
    }
  }

  private void say(String task, String indent, String command, String answer) {
    text.append(indent).append(command).append('\n');
    expected.computeIfAbsent(task, t -> new ArrayList<>()).add(command + " -> " + answer);
  }
}
