package org.dmsim.dm.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.dm.DmMachine;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;
import org.dmsim.memory.Memory;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a NOWAIT reader that sleeps under plain RCU can meet when it wakes up: a real kernel's KASAN
 * told of it, and so must this one, from the same functions.
 */
class NowaitUseAfterFreeTest {

  /** Functions of the real report, in order; those that the compiler inlined there are left out. */
  private static final List<String> TOUCHED =
      List.of(
          "mempool_alloc",
          "bio_alloc_bioset",
          "bio_alloc_clone",
          "dm_submit_bio",
          "__submit_bio",
          "submit_bio_noacct_nocheck",
          "submit_bio_wait",
          "__blkdev_direct_IO_simple",
          "blkdev_read_iter",
          "do_iter_readv_writev",
          "do_iter_read",
          "vfs_readv",
          "__x64_sys_preadv2");

  private static final List<String> ALLOCATED =
      List.of("dm_table_complete", "table_load", "ctl_ioctl", "dm_ctl_ioctl", "__x64_sys_ioctl");

  private static final List<String> FREED =
      List.of("dm_swap_table", "dev_suspend", "ctl_ioctl", "dm_ctl_ioctl", "__x64_sys_ioctl");

  /** Lets the reader that was woken up run only when nobody else can: its CPU is kept busy. */
  private static final class Starve implements Strategy {
    @Override
    public boolean begin(Machine machine) {
      return true;
    }

    @Override
    public Task next(Choice choice) {
      Task t = choice.byDefault();
      boolean asleepOnce = t.name().equals("nowait") && t.blocker() != null;
      if (!asleepOnce) {
        return t;
      }
      for (int i = 1; i < choice.taskCount(); i++) {
        Task other = choice.task(i);
        if (other != t && other.role() != Task.Role.CLOCK && choice.isEnabled(other)) {
          return other;
        }
      }
      return t;
    }

    @Override
    public int nextInt(int bound) {
      return 0;
    }
  }

  private static Outcome run(String kernel, PreemptionModel preemption) {
    DmMachine m =
        new DmMachine(
            Configuration.standard()
                .withKernel(KernelVersion.parse(kernel))
                .withPreemption(preemption)
                .withMaxSteps(200_000),
            new Starve());
    m.slowDisk(7, 2_500_000_000L);
    m.core().setReservedBioBasedIos(1);
    m.task(
        "admin",
        () -> {
          m.device("d0", "0 1024 linear 1:7 0");
          reader(m, "plain", 0);
          DmMachine.sleep(1_000_000);
          Task nowait = reader(m, "nowait", Syscalls.RWF_NOWAIT);
          DmMachine.sleep(1_000_000);
          m.load("d0", "0 1024 zero");
          m.dm().suspend("d0", false, false);
          m.dm().resume("d0", false, false);
          Memory.of(m.machine).failFor(nowait, false);
        });
    return m.run();
  }

  /** Reads while no memory is to be had, so that its clone comes from the pool's reserve. */
  private static Task reader(DmMachine m, String name, int flags) {
    Task reader = m.machine.spawn(name, () -> m.read(0, 4096, flags));
    Memory.of(m.machine).failFor(reader, true);
    return reader;
  }

  @ParameterizedTest
  @EnumSource(value = PreemptionModel.class, names = "RT", mode = EnumSource.Mode.EXCLUDE)
  void swapFreesPoolsUnderSleepingReader_whenLookupIsRcu(PreemptionModel preemption) {
    Report uaf =
        run("6.6-rc1", preemption).reports().stream()
            .filter(r -> r.check() == Check.USE_AFTER_FREE)
            .findFirst()
            .orElseThrow();
    assertTrue(uaf.headline().startsWith("BUG: KASAN: use-after-free in mempool_alloc"));
    String text = uaf.text();
    int allocated = text.indexOf("Allocated by task");
    int freed = text.indexOf("Freed by task");
    assertInOrder(TOUCHED, text.substring(0, allocated));
    assertInOrder(ALLOCATED, text.substring(allocated, freed));
    assertInOrder(FREED, text.substring(freed));
    assertTrue(text.contains("dm_md_mempools"), text);
    assertTrue(text.contains("kmalloc-2k"), text);
  }

  @ParameterizedTest
  @EnumSource(value = PreemptionModel.class, names = "RT", mode = EnumSource.Mode.EXCLUDE)
  void suspendWaitsForReader_whenLookupIsSrcu(PreemptionModel preemption) {
    assertEquals(List.of(), run("6.6", preemption).reports());
  }

  private static void assertInOrder(List<String> functions, String text) {
    int at = 0;
    for (String f : functions) {
      int found = text.indexOf(" " + f + "+", at);
      assertTrue(found >= 0, f + " is not where it should be in\n" + text);
      at = found;
    }
  }
}
