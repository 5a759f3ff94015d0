package org.dmsim.dm.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.dmsim.block.Errno;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.dm.DmMachine;
import org.dmsim.dm.HeldTask;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.report.Report;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every user of a live table, stopped once at each of its steps while somebody takes the table
 * away, and the other way round. A suspend keeps bios out of the table's way, but not who reads a
 * status: only the wait for readers in {@code __bind} stands between them and freed memory.
 */
class HeldReaderTest {

  /** What uses a table, or takes one away. */
  private record Deed(String name, Consumer<DmMachine> deed) {
    void on(DmMachine m) {
      deed.accept(m);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final List<Deed> USES =
      List.of(
          new Deed("status", m -> m.dm().status("d0", false)),
          new Deed("table of the inactive one", m -> m.dm().table("d0", true)),
          new Deed("deps", m -> m.dm().deps("d0", false)),
          new Deed("info", m -> m.dm().info("d0")),
          new Deed("message", m -> m.dm().message("d0", 0, "hello")),
          new Deed("read", m -> answered(m.read(0, 8192, 0))),
          new Deed("NOWAIT read", m -> answered(m.read(0, 8192, Syscalls.RWF_NOWAIT))),
          new Deed("write", m -> answered(m.write(0, 8192, 7))));

  /** The first finds the device suspended, so that no bio is about and no suspend waits. */
  private static final List<Deed> CHANGES =
      List.of(
          new Deed("resume", m -> m.dm().resume("d0", false, false)),
          new Deed("swap", HeldReaderTest::swap),
          new Deed("load", m -> m.load("d0", "0 1024 linear 1:3 0")),
          new Deed("clear", m -> m.dm().clear("d0")),
          new Deed("remove", m -> m.dm().remove("d0", false)),
          new Deed("remove all", m -> m.dm().removeAll(false)));

  private static void swap(DmMachine m) {
    m.dm().suspend("d0", false, false);
    m.dm().resume("d0", false, false);
  }

  /** Done, not now, or no such device any more. */
  private static void answered(long r) {
    assertTrue(
        List.of(8192L, -(long) Errno.EAGAIN, -(long) Errno.ENXIO, -(long) Errno.EIO).contains(r),
        () -> "answer " + r);
  }

  private static Stream<Arguments> pairs() {
    return Stream.of(PreemptionModel.FULL, PreemptionModel.NONE)
        .flatMap(
            p ->
                USES.stream()
                    .flatMap(use -> CHANGES.stream().map(change -> Arguments.of(p, use, change))))
        .filter(HeldReaderTest::isWorthIt);
  }

  /**
   * Without preemption only read-side sections differ: the uses inside one, the changes that wait.
   */
  private static boolean isWorthIt(Arguments pair) {
    return pair.get()[0] == PreemptionModel.FULL
        || USES.indexOf(pair.get()[1]) < 3 && CHANGES.indexOf(pair.get()[2]) < 2;
  }

  /** One run with one of the two held after some steps; false if it made fewer. */
  private static boolean run(
      PreemptionModel preemption, Deed use, Deed change, String who, int steps) {
    HeldTask strategy = new HeldTask(who, steps);
    DmMachine m = machine(KernelVersion.RECORDED, preemption, strategy);
    m.task(
        "admin",
        () -> {
          m.device("d0", "0 8 linear 1:0 0", "8 1016 linear 1:1 0");
          m.load("d0", "0 1024 linear 1:2 0");
          if (change == CHANGES.getFirst()) {
            m.dm().suspend("d0", false, false);
          }
          m.task("user", () -> use.on(m));
          m.task("changer", () -> change.on(m));
        });
    Outcome o = m.run();
    String where = who + " held after " + steps + " steps";
    assertEquals(List.of(), o.reports().stream().map(Report::headline).toList(), where);
    assertEquals(Outcome.End.FINISHED, o.end(), where);
    return strategy.held();
  }

  private static DmMachine machine(
      KernelVersion kernel, PreemptionModel preemption, HeldTask strategy) {
    return new DmMachine(
        Configuration.standard()
            .withKernel(kernel)
            .withPreemption(preemption)
            .withPositions(false)
            .withMaxSteps(100_000),
        strategy);
  }

  @ParameterizedTest(name = "{0}: {1} against {2}")
  @MethodSource("pairs")
  void nothingFreedIsTouched_whereverOneOfThemIsHeld(
      PreemptionModel preemption, Deed use, Deed change) {
    for (String who : List.of("user", "changer")) {
      int steps = 0;
      while (run(preemption, use, change, who, steps)) {
        steps++;
      }
      int most = steps;
      assertTrue(most > 3, () -> who + " was held at " + most + " places only");
    }
  }

  /**
   * The queue said that it takes NOWAIT, and then the table became one whose target does not. The
   * target must not see the bio: here it would answer EIO.
   */
  @ParameterizedTest
  @EnumSource(value = PreemptionModel.class, names = "RT", mode = EnumSource.Mode.EXCLUDE)
  void targetWithoutNowaitSeesNoNowaitBio_whereverTheReaderIsHeld(PreemptionModel preemption) {
    List<Long> answers = new ArrayList<>();
    HeldTask strategy;
    do {
      strategy = new HeldTask("reader", answers.size());
      DmMachine m = machine(KernelVersion.RECORDED, preemption, strategy);
      m.task(
          "admin",
          () -> {
            m.device("d0", "0 1024 linear 1:0 0");
            m.load("d0", "0 1024 error");
            m.task("reader", () -> answers.add(m.read(0, 4096, Syscalls.RWF_NOWAIT)));
            m.task("changer", () -> swap(m));
          });
      assertEquals(List.of(), m.run().reports());
    } while (strategy.held());
    assertEquals(
        Set.of(4096L, -(long) Errno.EAGAIN, -(long) Errno.EOPNOTSUPP),
        new HashSet<>(answers),
        answers::toString);
  }

  /**
   * A kernel that looks tables up under RCU: a suspend does not wait for such a reader, so the
   * grace period of the swap is all that keeps the table. It keeps it as long as the section is
   * open and no longer; that the bio's end finds it gone is the fault of that kernel.
   */
  @ParameterizedTest
  @EnumSource(value = PreemptionModel.class, names = "RT", mode = EnumSource.Mode.EXCLUDE)
  void tableOutlivesReaderUnderRcu_whereverItIsHeld(PreemptionModel preemption) {
    int steps = 0;
    HeldTask strategy;
    do {
      strategy = new HeldTask("reader", steps++);
      DmMachine m = machine(KernelVersion.parse("6.6-rc1"), preemption, strategy);
      m.task(
          "admin",
          () -> {
            m.device("d0", "0 1024 linear 1:0 0");
            m.load("d0", "0 1024 linear 1:1 0");
            m.task("reader", () -> m.read(0, 4096, Syscalls.RWF_NOWAIT));
            m.task("changer", () -> swap(m));
          });
      for (Report r : m.run().reports()) {
        boolean inSection = r.text().contains(" dm_submit_bio+");
        assertFalse(inSection && r.text().contains("kmalloc-512, dm_table"), r::text);
      }
    } while (strategy.held());
  }
}
