package org.dmsim.machine;

import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Names a part of a machine that this package does not know, such as RCU's state: made when first
 * asked for, one a machine.
 *
 * @param <T> type of the part
 */
public final class MachineKey<T> {

  private static final StackWalker CALLER = StackWalker.getInstance();

  /** How many keys have a place of their own. */
  static final int PLACES = 3;

  final int place;
  private final Function<Machine, T> maker;
  private final long identity;

  /** A part that {@code maker} makes. Keep the key in a static final field. */
  public MachineKey(Function<Machine, T> maker) {
    this(-1, maker);
  }

  /**
   * As {@link #MachineKey(Function)}, for a part that is asked for several times a bio.
   *
   * @param place its own among all keys, 0 to 2: 0 memory, 1 lockdep, 2 RCU
   */
  public MachineKey(int place, Function<Machine, T> maker) {
    if (place >= PLACES) {
      throw new IllegalArgumentException("place " + place);
    }
    this.place = place;
    this.maker = maker;
    this.identity = CALLER.walk(MachineKey::identityOf);
  }

  private static long identityOf(Stream<StackWalker.StackFrame> stack) {
    String place =
        stack
            .dropWhile(f -> f.getClassName().equals(MachineKey.class.getName()))
            .limit(3)
            .map(f -> f.getClassName() + '#' + f.getByteCodeIndex())
            .collect(Collectors.joining(" "));
    return (1L << 62) | (place.hashCode() & 0x1fff_ffffL) << 32;
  }

  /** Of the part's first object: told from where the key stands in the program. */
  long identity() {
    return identity;
  }

  T make(Machine machine) {
    return maker.apply(machine);
  }
}
