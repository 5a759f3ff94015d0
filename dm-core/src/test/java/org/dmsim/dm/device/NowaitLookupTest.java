package org.dmsim.dm.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.core.BlkCore;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.disk.DiskOptions;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.context.MightSleep;
import org.dmsim.dm.DmMachine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Task;
import org.dmsim.memory.Memory;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A NOWAIT read through linear, on each kernel: what it answers, and who complains. */
class NowaitLookupTest {

  private static List<Check> checks(Outcome outcome) {
    return outcome.reports().stream().map(Report::check).toList();
  }

  @ParameterizedTest
  @CsvSource({"5.18,0", "5.19,2", "6.1,2", "6.1.192,0", "6.6-rc1,2", "6.6,0", "6.7,0"})
  void sleepingFunctionIsReported_whereLookupIsRcu(String kernel, int reports) {
    DmMachine m = new DmMachine(kernel);
    long[] answer = new long[1];
    m.task(
        "dm-nowait",
        () -> {
          m.device("d0", "0 1024 linear 1:0 0");
          answer[0] = m.read(0, 4096, Syscalls.RWF_NOWAIT);
        });
    Outcome outcome = m.run();
    assertEquals(4096, answer[0]);
    assertEquals(
        java.util.Collections.nCopies(reports, Check.SLEEPING_FUNCTION),
        checks(outcome).stream().filter(c -> c == Check.SLEEPING_FUNCTION).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"5.18", "5.19", "6.1.192", "6.6-rc1", "6.6", "6.7"})
  void plainReadIsClean_onEveryKernel(String kernel) {
    DmMachine m = new DmMachine(kernel);
    m.task(
        "read",
        () -> {
          m.device("d0", "0 1024 linear 1:0 0");
          assertEquals(4096, m.read(0, 4096, 0));
        });
    assertEquals(List.of(), m.run().reports());
  }

  @ParameterizedTest
  @CsvSource({"6.6,4096", "6.7,-11"})
  void emptyPoolMakesNowaitWaitOrFail_bytheKernelsPolicy(String kernel, long expected) {
    DmMachine m = new DmMachine(kernel);
    m.slowDisk(7, 1_000_000_000L);
    m.core().setReservedBioBasedIos(1);
    long[] answer = new long[1];
    m.task(
        "admin",
        () -> {
          m.device("d0", "0 1024 linear 1:7 0");
          m.task("first", () -> scarce(m, 0, new long[1]));
          DmMachine.sleep(1_000_000);
          m.task("second", () -> scarce(m, Syscalls.RWF_NOWAIT, answer));
        });
    assertEquals(List.of(), m.run().reports());
    assertEquals(expected, answer[0]);
  }

  /** A kernel that allocates without waiting for NOWAIT does so for reads and writes only. */
  @ParameterizedTest
  @ValueSource(strings = {"6.6", "6.7"})
  void nowaitFlushAndDiscardAreCarriedOut(String kernel) {
    DmMachine m = new DmMachine(kernel);
    m.disk(7, DiskOptions.ram().withWriteCache(true, false).withDiscard(true));
    List<Integer> answers = new ArrayList<>();
    m.task(
        "submitter",
        () -> {
          m.device("d0", "0 1024 linear 1:7 0");
          BlockDevice d0 = BlockLayer.of(m.machine).lookup(252, 0);
          m.events();
          for (int opf : new int[] {Opf.REQ_OP_WRITE | Opf.REQ_PREFLUSH, Opf.REQ_OP_DISCARD}) {
            Bio bio = Bio.onStack(d0, opf | Opf.REQ_NOWAIT);
            if (Opf.op(opf) == Opf.REQ_OP_DISCARD) {
              bio.setSize(4096);
            }
            answers.add(BlkCore.submitBioWait(bio));
          }
        });
    assertEquals(List.of(), m.run().reports());
    assertEquals(List.of(0, 0), answers);
    assertEquals(2, m.events().stream().filter(e -> e.startsWith("C 1,7 ")).count());
  }

  private static void scarce(DmMachine m, int flags, long[] answer) {
    Memory.of(m.machine).failFor(Task.current(), true);
    answer[0] = m.read(0, 4096, flags);
    Memory.of(m.machine).failFor(Task.current(), false);
  }

  @Test
  void suspendedDeviceAnswersEagainToNowait_andKeepsOthersWaiting() {
    DmMachine m = new DmMachine("6.1.192");
    long[] answers = new long[2];
    m.task(
        "admin",
        () -> {
          m.device("d0", "0 1024 linear 1:0 0");
          m.dm().suspend("d0", false, false);
          answers[0] = m.read(0, 4096, Syscalls.RWF_NOWAIT);
          m.task("waits", () -> answers[1] = m.read(0, 4096, 0));
          DmMachine.sleep(1_000_000);
          assertEquals(0, answers[1]);
          m.dm().resume("d0", false, false);
        });
    assertEquals(List.of(), m.run().reports());
    assertEquals(-Errno.EAGAIN, answers[0]);
    assertEquals(4096, answers[1]);
  }

  @ParameterizedTest
  @CsvSource({"6.1.192,true", "6.6,false"})
  void bioWithoutTableFailsOrWaits_bytheKernelsPolicy(String kernel, boolean fails) {
    DmMachine m = new DmMachine(kernel);
    long[] answer = new long[1];
    m.task(
        "admin",
        () -> {
          m.dm().create("d0", null);
          m.load("d0", "0 1024 linear 1:0 0");
          m.task("early", () -> answer[0] = sized(m));
          if (fails) {
            DmMachine.sleep(1_000_000);
          } else {
            for (int i = 0; i < 100; i++) {
              MightSleep.condResched(); // the worker tries again and again: time stands still
            }
          }
          m.dm().resume("d0", false, false);
        });
    Outcome outcome = m.run();
    assertEquals(List.of(), outcome.reports());
    assertEquals(fails ? -Errno.EIO : 4096, answer[0]);
    assertEquals(
        fails
            ? List.of("device-mapper: core: 252:0: mapping table unavailable, erroring io")
            : List.of(),
        outcome.log());
  }

  /** Before its first resume a device has no size, so its disk is given one by hand. */
  private static long sized(DmMachine m) {
    BlockLayer.of(m.machine).lookup(252, 0).disk().setCapacity(1024);
    return m.read(0, 4096, 0);
  }
}
