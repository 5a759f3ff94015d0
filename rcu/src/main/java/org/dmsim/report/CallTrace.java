package org.dmsim.report;

import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The kernel functions that a task is in, innermost first: the real Java stack, filtered to methods
 * with a {@link KernelSymbol}. Taken in a microsecond, and put into words when somebody reads it:
 * of the traces that are kept with locks and objects, few ever are.
 */
public final class CallTrace {

  /** A trace where positions are not recorded. */
  public static final CallTrace NONE = new CallTrace(null, "");

  private final Stack stack;
  private final String bottom;

  private CallTrace(Stack stack, String bottom) {
    this.stack = stack;
    this.bottom = bottom;
  }

  /**
   * The stack as the JVM keeps one for an exception: method and position of each frame, in no words
   * yet. A {@link StackWalker} takes five times as long.
   */
  private static final class Stack extends Throwable {
    private static final long serialVersionUID = 1L;

    Stack() {
      super(null, null, false, true);
    }
  }

  /**
   * One function.
   *
   * @param symbol the kernel function's name
   * @param file Java source file
   * @param line line in it
   */
  public record Frame(String symbol, String file, int line) {
    /** As a line of a report has it: the Java position stands where the kernel prints an offset. */
    @Override
    public String toString() {
      return symbol + "+" + file + ":" + line;
    }
  }

  /**
   * The trace of the caller.
   *
   * @param bottom the class whose frame ends the task's own stack; frames below it are the
   *     carrier's
   */
  public static CallTrace capture(Class<?> bottom) {
    return new CallTrace(new Stack(), bottom.getName());
  }

  /** The functions, innermost first. */
  public List<Frame> frames() {
    return outside(List.of(), Integer.MAX_VALUE);
  }

  /**
   * The innermost kernel function outside the given packages: where a lock was taken from, say.
   *
   * @param packages names of packages whose own functions do not count
   */
  public Optional<Frame> caller(List<String> packages) {
    return outside(packages, 1).stream().findFirst();
  }

  private List<Frame> outside(List<String> packages, int most) {
    if (stack == null) {
      return List.of();
    }
    List<Frame> found = new ArrayList<>();
    for (StackTraceElement e : stack.getStackTrace()) {
      String owner = e.getClassName();
      if (owner.equals(bottom) || found.size() == most) {
        break;
      }
      if (!packages.contains(owner.substring(0, Math.max(0, owner.lastIndexOf('.'))))) {
        Frame f = frame(e);
        if (f != null) {
          found.add(f);
        }
      }
    }
    return List.copyOf(found);
  }

  private static Frame frame(StackTraceElement e) {
    Class<?> owner = owner(e.getClassName());
    Marked marked = owner == null ? null : MARKED.get(owner).get(e.getMethodName());
    if (marked == null) {
      return null;
    }
    String symbol =
        marked.same
            ? marked.byDescriptor.values().iterator().next()
            : marked.byDescriptor.get(
                LineTable.descriptor(owner, e.getMethodName(), e.getLineNumber()));
    return symbol == null || symbol.isEmpty()
        ? null
        : new Frame(symbol, e.getFileName(), e.getLineNumber());
  }

  /** A class of a frame: dmsim's own, or one that a user has brought. */
  private static Class<?> owner(String name) {
    try {
      return Class.forName(name, false, CallTrace.class.getClassLoader());
    } catch (ClassNotFoundException notOwn) {
      try {
        return Class.forName(name, false, Thread.currentThread().getContextClassLoader());
      } catch (ClassNotFoundException gone) {
        return null;
      }
    }
  }

  /** The methods of one name, of which one at least is marked. */
  private static final class Marked {
    /** What each is marked with, or nothing. */
    private final Map<String, String> byDescriptor = new HashMap<>();

    /** Whether all are marked the same, so that it does not matter which one it is. */
    private boolean same = true;

    private boolean any;

    void add(String descriptor, String symbol) {
      same &= byDescriptor.isEmpty() || byDescriptor.containsValue(symbol);
      any |= !symbol.isEmpty();
      byDescriptor.put(descriptor, symbol);
    }
  }

  /** A class's marked methods by name. Follows from the class alone, so runs may share it. */
  private static final ClassValue<Map<String, Marked>> MARKED =
      new ClassValue<>() {
        @Override
        protected Map<String, Marked> computeValue(Class<?> owner) {
          Map<String, Marked> all = new HashMap<>();
          for (Method m : owner.getDeclaredMethods()) {
            add(all, m, m.getName(), m.getReturnType());
          }
          for (Constructor<?> c : owner.getDeclaredConstructors()) {
            add(all, c, "<init>", void.class);
          }
          all.values().removeIf(m -> !m.any);
          return all;
        }

        private static void add(
            Map<String, Marked> all, Executable e, String name, Class<?> result) {
          KernelSymbol symbol = e.getAnnotation(KernelSymbol.class);
          String type = MethodType.methodType(result, e.getParameterTypes()).descriptorString();
          all.computeIfAbsent(name, n -> new Marked())
              .add(type, symbol == null ? "" : symbol.value());
        }
      };
}
