package org.dmsim.threads;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;

/**
 * A pair of fences of which the reader's costs nothing: {@link #light} keeps the compiler from
 * moving accesses across it, and {@link #heavy} makes every thread of the process that runs pass a
 * full fence, by {@code membarrier(2)}, MEMBARRIER_CMD_PRIVATE_EXPEDITED. Where the system call
 * cannot be made, both are full fences: on another system than Linux on x86-64 or AArch64, or where
 * the JVM was not started with {@code --enable-native-access}.
 */
public final class Membarrier {

  private static final int PRIVATE_EXPEDITED = 1 << 3;
  private static final int REGISTER_PRIVATE_EXPEDITED = 1 << 4;

  private static final MethodHandle SYSCALL = syscall();
  private static final long NUMBER =
      System.getProperty("os.arch", "").equals("aarch64") ? 283 : 324;
  private static final boolean ASYMMETRIC = register();

  private Membarrier() {}

  /** Whether the reader's side is free. */
  public static boolean isAsymmetric() {
    return ASYMMETRIC;
  }

  /** The reader's side. */
  public static void light() {
    if (ASYMMETRIC) {
      VarHandle.acquireFence();
    } else {
      VarHandle.fullFence();
    }
  }

  /** The updater's side. */
  public static void heavy() {
    VarHandle.fullFence();
    if (ASYMMETRIC && call(PRIVATE_EXPEDITED) != 0) {
      throw new IllegalStateException("membarrier(2) worked before and does not any more");
    }
  }

  private static boolean register() {
    return SYSCALL != null && call(REGISTER_PRIVATE_EXPEDITED) == 0 && call(PRIVATE_EXPEDITED) == 0;
  }

  @SuppressWarnings("restricted")
  private static MethodHandle syscall() {
    String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    boolean known = arch.equals("amd64") || arch.equals("aarch64");
    if (!known
        || !System.getProperty("os.name", "").equals("Linux")
        || !Membarrier.class.getModule().isNativeAccessEnabled()) {
      return null;
    }
    Linker linker = Linker.nativeLinker();
    MemorySegment address = linker.defaultLookup().find("syscall").orElse(null);
    return address == null
        ? null
        : linker.downcallHandle(
            address,
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
  }

  private static long call(int command) {
    try {
      return (long) SYSCALL.invokeExact(NUMBER, (long) command, 0L, 0L);
    } catch (Throwable t) {
      throw new IllegalStateException("membarrier(2) cannot be called", t);
    }
  }
}
