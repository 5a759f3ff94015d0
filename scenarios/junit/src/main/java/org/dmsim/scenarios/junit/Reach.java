package org.dmsim.scenarios.junit;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Task;

/** The objects that a task can come to from what its body has captured. */
final class Reach {

  /** More than any test shares; what lies behind is not looked at. */
  private static final int LIMIT = 20_000;

  private Reach() {}

  /** Those objects, {@code body} included, by identity. */
  static Set<Object> of(Object body) {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    ArrayDeque<Object> open = new ArrayDeque<>();
    open.add(body);
    while (!open.isEmpty() && seen.size() < LIMIT) {
      Object o = open.poll();
      if (!isLeaf(o) && seen.add(o)) {
        open.addAll(next(o));
      }
    }
    return seen;
  }

  private static boolean isLeaf(Object o) {
    return o instanceof Machine
        || o instanceof Task
        || o instanceof String
        || o instanceof Number && o.getClass().getName().startsWith("java.lang.")
        || o instanceof Class<?>
        || o instanceof Enum<?>
        || o instanceof Thread
        || o instanceof ClassLoader
        || isTheMachines(o);
  }

  /** What the machine keeps for itself behind every cell, such as who made it. */
  private static boolean isTheMachines(Object o) {
    return o.getClass().getPackageName().equals(Machine.class.getPackageName());
  }

  private static List<Object> next(Object o) {
    List<Object> next = new ArrayList<>();
    if (o instanceof Object[] array) {
      for (Object e : array) {
        add(next, e);
      }
    } else if (o.getClass().isArray()) {
      return List.of();
    } else if (o.getClass().getName().startsWith("java.")) {
      switch (o) {
        case Collection<?> c -> c.forEach(e -> add(next, e));
        case Map<?, ?> m -> m.values().forEach(e -> add(next, e));
        case AtomicReference<?> r -> add(next, r.get());
        default -> {
          // a value
        }
      }
    } else {
      for (Class<?> c = o.getClass(); c != null; c = c.getSuperclass()) {
        for (Field f : c.getDeclaredFields()) {
          if (!f.getType().isPrimitive() && !Modifier.isStatic(f.getModifiers())) {
            add(next, read(f, o));
          }
        }
      }
    }
    return next;
  }

  private static void add(List<Object> to, Object o) {
    if (o != null) {
      to.add(o);
    }
  }

  private static Object read(Field f, Object of) {
    try {
      f.setAccessible(true);
      return f.get(of);
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      return null; // a module that lets nobody look in
    }
  }

  /** Length of an array, for messages; 0 for other objects. */
  static int length(Object o) {
    return o.getClass().isArray() ? Array.getLength(o) : 0;
  }
}
