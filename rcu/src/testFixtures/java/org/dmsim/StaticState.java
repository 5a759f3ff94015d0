package org.dmsim;

import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.nio.charset.Charset;
import java.time.temporal.TemporalAmount;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;

/**
 * Whether a static field can make two runs differ. Its value is looked at, not its declared type: a
 * {@code List} may be one that nobody can change or one that anybody can, and so may an object of a
 * class of ours, whose fields are followed as far as they lead.
 */
final class StaticState {

  /**
   * Fields that change, and make no two runs of a machine differ; each with the reason. A field
   * that is not there any more must go from here: a test says so.
   */
  static final Map<String, String> WITH_A_REASON =
      Map.ofEntries(
          Map.entry("org.dmsim.block.bio.Submission.ON_THREAD", "of a thread without a machine"),
          Map.entry(
              "org.dmsim.coroutine.ContinuationCoroutine$Scope.TASK", "the JDK's word for us"),
          Map.entry("org.dmsim.dm.targets.TargetTypes$Found.TYPES", "services, looked up once"),
          Map.entry("org.dmsim.faults.hunt.LincheckHunt.TRIAL", "of a hunt on real threads"),
          Map.entry("org.dmsim.rcu.ThreadRcu.DEFAULT", "of real threads"),
          Map.entry("org.dmsim.rcu.ThreadRcu.NEAR", "of real threads"),
          Map.entry("org.dmsim.report.CallTrace.MARKED", "what classes say, kept by the JVM"),
          Map.entry("org.dmsim.workqueue.RealThreads$SystemQueue.QUEUE", "of real threads"));

  /** Superclasses without a field that can change. */
  private static final Set<Class<?>> ROOTS = Set.of(Object.class, Enum.class, Record.class);

  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private StaticState() {}

  /** Whether it can change, or what it leads to can, and no reason is given. */
  static boolean changes(JavaField field) {
    Set<JavaModifier> modifiers = field.getModifiers();
    if (!modifiers.contains(JavaModifier.STATIC)
        || modifiers.contains(JavaModifier.SYNTHETIC)
        || WITH_A_REASON.containsKey(name(field))) {
      return false;
    }
    return !modifiers.contains(JavaModifier.FINAL)
        || !new StaticState().isConstant(value(field.reflect(), null));
  }

  /** How {@link #WITH_A_REASON} names it. */
  static String name(JavaField field) {
    return field.getFullName();
  }

  private static Object value(Field field, Object holder) {
    try {
      field.setAccessible(true);
      return field.get(holder);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean isConstant(Object value) {
    if (value == null || isConstantType(value) || !seen.add(value)) {
      return true;
    }
    Class<?> type = value.getClass();
    if (type.isArray()) {
      return Array.getLength(value) == 0;
    }
    if (type.getName().startsWith("java.util.ImmutableCollections$")
        || type.getName().startsWith("java.util.Collections$Unmodifiable")) {
      return value instanceof Map<?, ?> map
          ? areConstant(map.keySet()) && areConstant(map.values())
          : areConstant((Collection<?>) value);
    }
    return type.getName().startsWith("org.dmsim.") && hasConstantFields(type, value);
  }

  private boolean areConstant(Collection<?> values) {
    return values.stream().allMatch(this::isConstant);
  }

  private static boolean isConstantType(Object value) {
    return value instanceof String
        || value instanceof Number && value.getClass().getName().startsWith("java.lang.")
        || value instanceof Boolean
        || value instanceof Character
        || value instanceof Class
        || value instanceof VarHandle
        || value instanceof MethodHandle
        || value instanceof Pattern
        || value instanceof StackWalker
        || value instanceof Logger
        || value instanceof MemoryLayout
        || value instanceof Linker
        || value.getClass().getName().equals("com.google.gson.Gson")
        || value instanceof Charset
        || value instanceof HexFormat
        || value instanceof TemporalAmount
        || value.getClass() == Object.class;
  }

  private boolean hasConstantFields(Class<?> type, Object value) {
    for (Class<?> c = type; !ROOTS.contains(c); c = c.getSuperclass()) {
      if (!c.getName().startsWith("org.dmsim.")) {
        return false;
      }
      for (Field f : c.getDeclaredFields()) {
        if (Modifier.isStatic(f.getModifiers())) {
          continue;
        }
        if (!Modifier.isFinal(f.getModifiers())) {
          return false;
        }
        try {
          if (!f.getType().isPrimitive() && !isConstant(value(f, value))) {
            return false;
          }
        } catch (InaccessibleObjectException e) {
          return false;
        }
      }
    }
    return true;
  }
}
