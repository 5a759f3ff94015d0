package org.dmsim.machine;

import java.util.function.Function;

/**
 * Names a part of a machine that this package does not know, such as RCU's state: made when first
 * asked for, one a machine.
 *
 * @param <T> type of the part
 */
public final class MachineKey<T> {

  /** How many keys have a place of their own. */
  static final int PLACES = 3;

  final int place;
  private final String name;
  private final Function<Machine, T> maker;

  /**
   * A part that {@code maker} makes. Keep the key in a static final field.
   *
   * @param name the part's own, from which its objects have their identities
   */
  public MachineKey(String name, Function<Machine, T> maker) {
    this(name, -1, maker);
  }

  /**
   * As {@link #MachineKey(String, Function)}, for a part that is asked for several times a bio.
   *
   * @param place its own among all keys, 0 to 2: 0 memory, 1 lockdep, 2 RCU
   */
  public MachineKey(String name, int place, Function<Machine, T> maker) {
    if (place >= PLACES) {
      throw new IllegalArgumentException("place " + place);
    }
    this.name = name;
    this.place = place;
    this.maker = maker;
  }

  T make(Machine machine) {
    return maker.apply(machine);
  }

  @Override
  public String toString() {
    return name;
  }
}
