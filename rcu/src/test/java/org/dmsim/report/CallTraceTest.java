package org.dmsim.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a trace is made of the Java stack. */
final class CallTraceTest {

  private CallTrace trace;

  /** The lowest frame of a task's own stack. */
  private static final class Bottom {
    static void run(Runnable r) {
      r.run();
    }
  }

  private final class Kernel {
    @KernelSymbol("outer")
    void outer() {
      unmarked();
    }

    private void unmarked() {
      inner(1);
    }

    /** Has the same name as the next, and is none of the kernel's. */
    private void inner(int n) {
      inner("of " + n);
    }

    @KernelSymbol("inner")
    private void inner(String s) {
      trace = CallTrace.capture(Bottom.class);
    }
  }

  @KernelSymbol("below")
  private void below() {
    Bottom.run(() -> new Kernel().outer());
  }

  private List<String> symbols() {
    return trace.frames().stream().map(CallTrace.Frame::symbol).toList();
  }

  /** Of methods of one name each has its own symbol, or none; below the bottom is another's. */
  @Test
  void frames_areTheMarkedMethodsOfTheTask() {
    below();
    assertEquals(List.of("inner", "outer"), symbols());
    assertEquals("CallTraceTest.java", trace.frames().getFirst().file());
  }

  @Test
  void caller_isTheInnermostOutsideSomePackages() {
    below();
    assertEquals("inner", trace.caller(List.of()).orElseThrow().symbol());
    assertEquals(true, trace.caller(List.of("org.dmsim.report")).isEmpty());
    assertEquals(List.of(), CallTrace.NONE.frames());
  }
}
