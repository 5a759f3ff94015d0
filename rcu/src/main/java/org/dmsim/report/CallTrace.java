package org.dmsim.report;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.lang.invoke.MethodType;
import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kernel functions that a task is in, innermost first: the real Java stack, filtered to methods
 * with a {@link KernelSymbol}.
 *
 * @param frames innermost first
 */
public record CallTrace(List<Frame> frames) {

  /** A trace where positions are not recorded. */
  public static final CallTrace NONE = new CallTrace(List.of());

  private static final StackWalker WALKER = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);

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
    return WALKER.walk(
        stack -> new CallTrace(symbols(stack, bottom).collect(Collectors.toUnmodifiableList())));
  }

  /**
   * The innermost kernel function outside the given package: where a lock was taken from, say.
   *
   * @param bottom as in {@link #capture}
   * @param packages names of packages whose own functions do not count
   */
  public static Optional<Frame> caller(Class<?> bottom, List<String> packages) {
    return WALKER.walk(
        stack ->
            symbols(
                    stack.filter(f -> !packages.contains(f.getDeclaringClass().getPackageName())),
                    bottom)
                .findFirst());
  }

  private static Stream<Frame> symbols(Stream<StackFrame> stack, Class<?> bottom) {
    return stack
        .takeWhile(f -> f.getDeclaringClass() != bottom)
        .filter(f -> !Symbols.of(f).isEmpty())
        .map(f -> new Frame(Symbols.of(f), f.getFileName(), f.getLineNumber()));
  }

  /** Symbols by method. What it holds follows from the classes alone, so runs may share it. */
  private static final class Symbols {
    private static final Map<String, String> BY_METHOD = new ConcurrentHashMap<>();

    static String of(StackFrame f) {
      if (!f.getClassName().startsWith("org.dmsim.") && f.getClassName().startsWith("java.")) {
        return "";
      }
      String key = f.getClassName() + '.' + f.getMethodName() + f.getDescriptor();
      return BY_METHOD.computeIfAbsent(key, k -> lookUp(f));
    }

    private static String lookUp(StackFrame f) {
      Class<?> owner = f.getDeclaringClass();
      MethodType type = f.getMethodType();
      try {
        AnnotatedElement method =
            f.getMethodName().equals("<init>")
                ? owner.getDeclaredConstructor(type.parameterArray())
                : owner.getDeclaredMethod(f.getMethodName(), type.parameterArray());
        KernelSymbol symbol = method.getAnnotation(KernelSymbol.class);
        return symbol == null ? "" : symbol.value();
      } catch (NoSuchMethodException notDeclared) {
        return ""; // a class initialiser, or a frame that the JVM made
      }
    }
  }
}
