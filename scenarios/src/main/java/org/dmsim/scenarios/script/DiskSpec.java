package org.dmsim.scenarios.script;

import java.util.Map;
import org.dmsim.block.disk.Image;

/**
 * One {@code disk} line.
 *
 * @param place where it stands
 * @param driver which one
 * @param number the number in its name
 * @param bytes its size
 * @param image what it begins with; null for zeroes
 * @param options by name; a flag has the value 1, a size is in bytes, a time in nanoseconds
 */
public record DiskSpec(
    Place place, Driver driver, int number, long bytes, Image image, Map<String, Long> options) {

  /** Drivers. */
  public enum Driver {
    /** brd: ramN, major 1. */
    RAM("ram"),
    /** null_blk: nullbN, major 253. */
    NULL("nullb");

    private final String prefix;

    Driver(String prefix) {
      this.prefix = prefix;
    }

    /** What its devices' names begin with. */
    public String prefix() {
      return prefix;
    }
  }

  /** Copies the map. */
  public DiskSpec {
    options = Map.copyOf(options);
  }

  /** The device's name, as under /dev. */
  public String name() {
    return driver.prefix() + number;
  }

  /** An option's value, or {@code otherwise} if the line does not name it. */
  public long option(String name, long otherwise) {
    return options.getOrDefault(name, otherwise);
  }

  /** Whether a flag is there. */
  public boolean has(String flag) {
    return options.containsKey(flag);
  }
}
