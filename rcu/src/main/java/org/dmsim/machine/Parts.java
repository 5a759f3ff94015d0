package org.dmsim.machine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.dmsim.report.DmsimFault;

/** What other packages keep in a machine, such as RCU's state; made when first asked for. */
final class Parts {

  private final Machine machine;
  private final Task boot;
  private final Object[] placed = new Object[MachineKey.PLACES];
  private final Set<String> names = new HashSet<>();
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
    T part = make(key.toString(), () -> key.make(machine));
    put(key, part);
    return part;
  }

  /** As {@link Machine#putPart}. */
  <T> void put(MachineKey<T> key, Supplier<T> constructor) {
    put(key, make(key.toString(), constructor));
  }

  private <T> void put(MachineKey<T> key, T part) {
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

  /** As {@link Machine#makePart}: the boot task makes it, whoever asks. */
  <T> T make(String name, Supplier<T> constructor) {
    if (!names.add(name)) {
      throw new DmsimFault("the machine has two parts called '" + name + "'; rename one");
    }
    Maker maker = new Maker(name, Maker.identity(0, name, 0), true);
    if (Thread.currentThread() instanceof Carrier c && c.current != null) {
      Task asking = c.current;
      c.current = boot;
      try {
        return boot.making(maker, constructor);
      } finally {
        c.current = asking;
      }
    }
    List<T> made = new ArrayList<>(1);
    machine.boot(() -> made.add(boot.making(maker, constructor)));
    return made.getFirst();
  }
}
