package org.dmsim.dm.table;

import org.dmsim.version.Change;
import org.dmsim.version.Fact;
import org.dmsim.version.Part;
import org.dmsim.version.Policy;

/** What differs between kernels in tables and their devices. */
public enum TablePolicy implements Policy {
  SELF_REFUSED(
      "a table that names its own device is refused (EINVAL), also before the first one",
      Change.of(
          "d1c0e1587e68", "dm table: check that a dm device doesn't reference itself", "6.3")),

  /** Until then only a queue of requests took NOWAIT, and no bio of a mapped device did. */
  NOWAIT_SUPPORTED(
      "a mapped device takes NOWAIT if its targets and the devices below do",
      Change.of(
          "6abc49468eea",
          "dm: add support for REQ_NOWAIT and enable it for linear target",
          "5.10")),

  PATH_ERRNO(
      "a path that names no device gives the lookup's own errno, ENOENT; numbers without a colon"
          + " are no device",
      Change.of("d4a28d7defe7", "dm: remove dm_get_dev_t", "6.5")),

  /** The struct has a pointer more, and lies in memory whose free list lies where the name is. */
  FREED_NAME_OVERWRITTEN(
      "of a dm_dev that is freed the name is gone, where it could be read before",
      Change.of("c2fce61fb22e", "dm: Convert to bdev_open_by_dev()", "6.7-rc1")),

  /** The fix: devices_lock. */
  DEVICES_UNLOCKED(
      Fact.until(
          Part.TABLE,
          "a table's list of devices is read and changed under no lock",
          Change.of(
              "f6007dce0cd3", "dm: fix a race condition in retrieve_deps", "6.6-rc2", "6.1.192")));

  private final Fact fact;

  TablePolicy(Fact fact) {
    this.fact = fact;
  }

  TablePolicy(String sentence, Change since) {
    fact = new Fact(Part.TABLE, sentence, since);
  }

  @Override
  public Fact fact() {
    return fact;
  }
}
