package org.dmsim.report;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
        .map(CallTrace::frame)
        .filter(Objects::nonNull);
  }

  private static Frame frame(StackFrame f) {
    Map<String, List<Symbol>> symbols = SYMBOLS.get(f.getDeclaringClass());
    if (!symbols.isEmpty()) {
      for (Symbol s : symbols.getOrDefault(f.getMethodName(), List.of())) {
        if (s.descriptor().equals(f.getDescriptor())) {
          return new Frame(s.name(), f.getFileName(), f.getLineNumber());
        }
      }
    }
    return null;
  }

  /** One marked method. */
  private record Symbol(String descriptor, String name) {}

  /** A class's marked methods by name. Follows from the class alone, so runs may share it. */
  private static final ClassValue<Map<String, List<Symbol>>> SYMBOLS =
      new ClassValue<>() {
        @Override
        protected Map<String, List<Symbol>> computeValue(Class<?> owner) {
          Map<String, List<Symbol>> symbols = new HashMap<>();
          for (Method m : owner.getDeclaredMethods()) {
            add(symbols, m, m.getName(), m.getReturnType());
          }
          for (Constructor<?> c : owner.getDeclaredConstructors()) {
            add(symbols, c, "<init>", void.class);
          }
          return symbols;
        }

        private static void add(
            Map<String, List<Symbol>> symbols, Executable e, String name, Class<?> result) {
          KernelSymbol symbol = e.getAnnotation(KernelSymbol.class);
          if (symbol != null) {
            String type = MethodType.methodType(result, e.getParameterTypes()).descriptorString();
            symbols
                .computeIfAbsent(name, n -> new ArrayList<>(1))
                .add(new Symbol(type, symbol.value()));
          }
        }
      };
}
