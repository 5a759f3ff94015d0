package org.dmsim.machine;

import java.util.function.Function;

/**
 * Names a part of a machine that this package does not know, such as RCU's state: made when first
 * asked for, one a machine.
 *
 * @param <T> type of the part
 */
public final class MachineKey<T> {

  private final Function<Machine, T> maker;

  /** A part that {@code maker} makes. Keep the key in a static final field. */
  public MachineKey(Function<Machine, T> maker) {
    this.maker = maker;
  }

  T make(Machine machine) {
    return maker.apply(machine);
  }
}
