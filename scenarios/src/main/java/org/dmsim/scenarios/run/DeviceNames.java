package org.dmsim.scenarios.run;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Gendisk;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.machine.Machine;
import org.dmsim.scenarios.script.DeviceForms;

/**
 * Finds the device that a person means: {@code ram0}, {@code /dev/ram0}, {@code 1:0}, a mapped
 * device's {@code NAME}, {@code /dev/mapper/NAME}, {@code dm-0} or {@code /dev/dm-0}.
 */
final class DeviceNames {

  private static final Pattern NUMBERS = Pattern.compile("(\\d{1,9}):(\\d{1,9})");
  private static final Pattern MINOR = Pattern.compile("dm-(\\d{1,9})");

  private final Machine machine;
  private final DmIoctl dm;

  DeviceNames(Machine machine) {
    this.machine = machine;
    this.dm = DmIoctl.of(machine);
  }

  /** The device; null if there is none. */
  BlockDevice find(String name) {
    Matcher m = NUMBERS.matcher(name);
    if (m.matches()) {
      return BlockLayer.of(machine)
          .lookup(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
    }
    String bare = DeviceForms.bare(name);
    BlockDevice disk = BlockLayer.of(machine).lookup(bare);
    if (disk != null && disk.major() != DmCore.MAJOR) {
      return disk;
    }
    int minor = dm.node(bare);
    if (minor >= 0) {
      return BlockLayer.of(machine).lookup(DmCore.MAJOR, minor);
    }
    m = MINOR.matcher(bare);
    return m.matches()
        ? BlockLayer.of(machine).lookup(DmCore.MAJOR, Integer.parseInt(m.group(1)))
        : null;
  }

  /**
   * A table as the kernel reads it: a word that is the name of a disk or of a mapped device becomes
   * its numbers, as /dev/mapper is no matter of the kernel's. A path that names none is left.
   */
  String inTable(String table) {
    Matcher m = DeviceForms.IN_TABLE.matcher(table);
    return m.replaceAll(
        r -> {
          BlockDevice d = find(r.group());
          return d == null ? Matcher.quoteReplacement(r.group()) : d.major() + ":" + d.minor();
        });
  }

  /** Every device that there is, with its numbers. */
  List<String> all() {
    List<String> all = new ArrayList<>();
    for (Gendisk d : BlockLayer.of(machine).all()) {
      all.add(d.name() + " (" + d.major() + ":" + d.firstMinor() + ")");
    }
    return all;
  }
}
