package org.dmsim.rcu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.dmsim.faults.ThreadProgram;
import org.dmsim.faults.ThreadTrial;
import org.dmsim.faults.hunt.LincheckHunt;
import org.dmsim.faults.hunt.LincheckHunt.Way;
import org.dmsim.faults.hunt.SrcuTrial;
import org.dmsim.faults.hunt.ThreadRcuTrial;
import org.dmsim.memory.SharedRef;
import org.dmsim.memory.SlabObject;
import org.dmsim.srcu.SrcuStruct;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Readers of RCU and of SRCU against synchronize, call and barrier. The claim is linearizability: a
 * read gives the version that is live at one moment of it, a replacement the one before; and no
 * version is used after it was freed.
 */
class GracePeriodLincheckTest {

  /** A version that can be freed. */
  private static final class Version extends SlabObject {
    private final int number;

    Version(int number) {
      super("kmalloc-64", "version");
      this.number = number;
    }

    @Override
    public String label() {
      return "version " + number;
    }
  }

  /** Readers whose SRCU sections overlap without nesting, and others that nest. */
  private static final class Overlapping implements ThreadTrial {
    private final SrcuStruct srcu = new SrcuStruct("domain");
    private final SharedRef<Version> live = new SharedRef<>("live", new Version(0));

    @Override
    public int read() {
      int first = srcu.readLock();
      Version a = live.readOnce();
      int second = srcu.readLock();
      Version b = live.readOnce();
      a.touch();
      srcu.readUnlock(first);
      b.touch();
      srcu.readUnlock(second);
      return b.number;
    }

    @Override
    public int readFast() {
      int outer = srcu.readLock();
      int inner = srcu.readLock();
      Version v = live.readOnce();
      srcu.readUnlock(inner);
      v.touch();
      srcu.readUnlock(outer);
      return v.number;
    }

    @Override
    public int replace(int number) {
      Version old = live.exchange(new Version(number));
      srcu.synchronizeExpedited();
      old.free();
      return old.number;
    }
  }

  /** Readers that keep their place in the domain at hand. */
  private static final class Kept implements ThreadTrial {
    private final RcuDomain rcu = new RcuDomain();
    private final SharedRef<Version> live = new SharedRef<>("live", new Version(0));

    @Override
    public int read() {
      RcuReader reader = rcu.reader();
      reader.lock();
      Version v = live.readOnce();
      v.touch();
      reader.unlock();
      return v.number;
    }

    @Override
    public int replace(int number) {
      Version old = live.exchange(new Version(number));
      rcu.synchronize();
      old.free();
      return old.number;
    }
  }

  /**
   * Readers of the domain that all threads share. It outlives a run, so that one run is not like
   * the other, and a model checker cannot be given it.
   */
  private static final class Shared implements ThreadTrial {
    private final SharedRef<Version> live = new SharedRef<>("live", new Version(0));

    @Override
    public int read() {
      Rcu.readLock();
      Version v = live.readOnce();
      v.touch();
      Rcu.readUnlock();
      return v.number;
    }

    @Override
    public int replace(int number) {
      Version old = live.exchange(new Version(number));
      Rcu.synchronize();
      old.free();
      return old.number;
    }
  }

  private static Arguments program(Supplier<ThreadTrial> trial, String threads) {
    return Arguments.of(threads, ThreadProgram.of(trial, threads));
  }

  static Stream<Arguments> quick() {
    return Stream.of(
        program(() -> new ThreadRcuTrial(new RcuDomain()), "read read | replace replace"),
        program(() -> ThreadRcuTrial.withCallback(new RcuDomain()), "read | replace"),
        program(() -> new SrcuTrial(new SrcuStruct("domain")), "read | replace replace"),
        program(Overlapping::new, "read | readFast | replace"));
  }

  static Stream<Arguments> deep() {
    return Stream.of(
        program(() -> new ThreadRcuTrial(new RcuDomain()), "read read | replace | replace"),
        program(Kept::new, "read | read | replace replace"),
        program(() -> ThreadRcuTrial.withCallback(new RcuDomain()), "read | replace | replace"),
        program(() -> new SrcuTrial(new SrcuStruct("domain")), "read | replace | replace"),
        program(() -> SrcuTrial.withCallback(new SrcuStruct("domain")), "read | replace | replace"),
        program(Overlapping::new, "read readFast | replace | replace"));
  }

  static Stream<Arguments> stressed() {
    return Stream.of(
        program(Shared::new, "read read read | read read read | replace replace replace"),
        program(Kept::new, "read read read | replace | replace replace"),
        program(Overlapping::new, "read readFast read | readFast read | replace replace"),
        program(() -> ThreadRcuTrial.withCallback(new RcuDomain()), "read read | replace"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("quick")
  void modelChecked(String threads, ThreadProgram program) {
    finds(Way.NOT, LincheckHunt.hunt(program, 60));
  }

  @Tag("deep")
  @ParameterizedTest(name = "{0}")
  @MethodSource("deep")
  void modelCheckedForLong(String threads, ThreadProgram program) {
    finds(Way.NOT, LincheckHunt.hunt(program, 3_000));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("stressed")
  void underStress(String threads, ThreadProgram program) {
    finds(Way.NOT, LincheckHunt.stress(program, 300));
  }

  @Tag("deep")
  @ParameterizedTest(name = "{0}")
  @MethodSource("stressed")
  void underStressForLong(String threads, ThreadProgram program) {
    finds(Way.NOT, LincheckHunt.stress(program, 20_000));
  }

  /** Faults of which RCU in a machine has no counterpart. */
  @ParameterizedTest
  @EnumSource(names = {"NO_NEW_EPOCH", "GIVES_UP"})
  void faults_areFound(ThreadRcuFault fault) {
    ThreadProgram p = ThreadProgram.of(() -> new ThreadRcuTrial(fault.domain()), "read | replace");
    finds(Way.RESULTS, LincheckHunt.hunt(p, LincheckHunt.INVOCATIONS));
  }

  private static void finds(Way way, LincheckHunt.Result r) {
    assertEquals(way, r.way(), r::report);
  }
}
