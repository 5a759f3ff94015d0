package org.dmsim.dm.ioctl;

import org.dmsim.version.Change;
import org.dmsim.version.Fact;
import org.dmsim.version.Part;
import org.dmsim.version.Policy;

/** What differs between kernels in the ioctls of device mapper. */
public enum IoctlPolicy implements Policy {
  NAMES_LIKE_PATHS_REFUSED(
      "no device can be named . or ..; a slash in a name is complained of in clear words",
      Change.of("81ca2dbefaab", "dm ioctl: Refuse to create device named \".\" or \"..\"", "6.5")),

  CONTROL_REFUSED(
      "no device can be named control",
      Change.of("a85f1a9de91a", "dm ioctl: Refuse to create device named \"control\"", "6.5")),

  INTERFACE_4_48(
      "the interface of the ioctls is 4.48.0; before it is 4.47.0 here, as from 6.0 on",
      Change.of(
          "06961c487a33",
          "dm: split discards further if target sets max_discard_granularity",
          "6.4-rc1")),

  /** The fix: the status is taken after the lock is given back. */
  CLEAR_ANSWERS_UNDER_HASH_LOCK(
      Fact.until(
          Part.IOCTL,
          "table_clear takes the status, which may want _hash_lock, while it holds that lock",
          Change.of(
              "3d32aaa7e66d",
              "dm ioctl: fix nested locking in table_clear() to remove deadlock concern",
              "6.4-rc1",
              "6.1.192")));

  private final Fact fact;

  IoctlPolicy(String sentence, Change since) {
    this(new Fact(Part.IOCTL, sentence, since));
  }

  IoctlPolicy(Fact fact) {
    this.fact = fact;
  }

  @Override
  public Fact fact() {
    return fact;
  }
}
