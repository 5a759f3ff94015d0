package org.dmsim.machine;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What other packages keep in a machine, such as RCU's state; made when first asked for. */
final class Parts {

  private final Machine machine;
  private final Task boot;
  private final Object[] placed = new Object[MachineKey.PLACES];
  private Map<MachineKey<?>, Object> others = Map.of();

  Parts(Machine machine, Task boot) {
    this.machine = machine;
    this.boot = boot;
  }

  /** As {@link Machine#part}. */
  @SuppressWarnings("unchecked")
  <T> T get(MachineKey<T> key) {
    Object part = key.place >= 0 ? placed[key.place] : others.get(key);
    return part == null ? make(key) : (T) part;
  }

  private <T> T make(MachineKey<T> key) {
    Task maker = Task.current();
    long ids = maker == null ? 0 : maker.identify(key.identity());
    T part = key.make(machine);
    if (maker != null) {
      maker.identify(ids);
    }
    put(key, part);
    return part;
  }

  /** As {@link Machine#putPart}. */
  <T> void put(MachineKey<T> key, T part) {
    if (key.place >= 0) {
      isNew(placed[key.place]);
      placed[key.place] = part;
    } else {
      if (others.isEmpty()) {
        others = new IdentityHashMap<>(2);
      }
      isNew(others.put(key, part));
    }
  }

  private static void isNew(Object before) {
    if (before != null) {
      throw new IllegalStateException("the part is there already");
    }
  }

  /** As {@link Machine#makePart}: on a carrier the boot task makes it, whoever asks. */
  <T> T make(int number, Supplier<T> maker) {
    if (!(Thread.currentThread() instanceof Carrier c)) {
      return maker.get();
    }
    Task asking = c.current;
    c.current = boot;
    try {
      return boot.withObjectIds(0x8000_0000 | number << 20, maker);
    } finally {
      c.current = asking;
    }
  }
}
