package org.dmsim.scenarios.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dmsim.block.bio.BlockEvent;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Gendisk;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.device.MappedDevice;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.machine.Machine;

/**
 * The mapped devices of a machine with what they stand on, as {@code dmsetup ls --tree} draws them,
 * and how many bios each has had. It looks from outside, and makes no step.
 */
public final class DeviceTree {

  private final Machine machine;
  private final Map<Long, Counts> counts = new HashMap<>();

  private static final class Counts {
    long queued;
    long completed;
    long failed;
  }

  private DeviceTree(Machine machine) {
    this.machine = machine;
  }

  /** That of a machine whose block events it hears from now on. */
  public static DeviceTree of(Machine machine) {
    DeviceTree tree = new DeviceTree(machine);
    machine.events().hear(BlockEvent.class, tree::event);
    return tree;
  }

  private void event(BlockEvent e) {
    Counts c = counts.computeIfAbsent(key(e.major(), e.minor()), k -> new Counts());
    switch (e.action()) {
      case QUEUE -> c.queued++;
      case COMPLETE -> {
        c.completed++;
        c.failed += e.other() == 0 ? 0 : 1;
      }
      default -> {}
    }
  }

  private static long key(int major, int minor) {
    return (long) major << 32 | minor;
  }

  /** The tree as it is now. */
  public List<String> lines() {
    Map<Integer, String> names = new HashMap<>();
    DmIoctl.of(machine).names().forEach(n -> names.put(n.minor(), n.name()));
    Map<Integer, Gendisk> disks = new TreeMap<>();
    Set<Gendisk> below = new HashSet<>();
    for (Gendisk d : BlockLayer.of(machine).all()) {
      if (d.major() == DmCore.MAJOR) {
        disks.put(d.firstMinor(), d);
        under(d).forEach(b -> below.add(b.disk()));
      }
    }
    List<String> lines = new ArrayList<>();
    for (int minor : new TreeSet<>(names.keySet())) {
      Gendisk d = disks.get(minor);
      if (d == null) { // its disk is made with its first table
        lines.add(names.get(minor) + " (" + DmCore.MAJOR + ":" + minor + ")");
      } else if (!below.contains(d)) {
        draw(d, names, "", "", new HashSet<>(), lines);
      }
    }
    if (lines.isEmpty()) {
      lines.add("No devices found");
    }
    return lines;
  }

  private static List<BlockDevice> under(Gendisk d) {
    return d.privateData() instanceof MappedDevice md ? md.devicesSeen() : List.of();
  }

  private void draw(
      Gendisk d,
      Map<Integer, String> names,
      String mark,
      String indent,
      Set<Gendisk> above,
      List<String> lines) {
    String name =
        d.major() == DmCore.MAJOR ? names.getOrDefault(d.firstMinor(), d.name()) : d.name();
    lines.add(mark + name + " (" + d.major() + ":" + d.firstMinor() + ")" + words(d));
    if (!above.add(d)) {
      return; // a device that stands on itself
    }
    List<BlockDevice> under = under(d);
    for (int i = 0; i < under.size(); i++) {
      boolean last = i == under.size() - 1;
      draw(
          under.get(i).disk(),
          names,
          indent + (last ? " └─" : " ├─"),
          indent + (last ? "   " : " │ "),
          above,
          lines);
    }
    above.remove(d);
  }

  private String words(Gendisk d) {
    Counts c = counts.get(key(d.major(), d.firstMinor()));
    if (c == null) {
      return "";
    }
    long under = Math.max(0, c.queued - c.completed);
    return "  "
        + c.queued
        + " queued, "
        + under
        + " under way, "
        + c.completed
        + " completed"
        + (c.failed > 0 ? ", " + c.failed + " failed" : "");
  }
}
