package org.dmsim.futex;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.dmsim.machine.Configuration;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.api.Test;

/** What the recorded cases cannot show: read-only memory, page borders, and other kernels. */
class RobustListTest {

  private static final long LIST = 0x2000_0000L;
  private static final int WORD = 8;

  @Test
  void exit_whenTheWordIsReadOnly_endsTheWalk() {
    FutexTask t = thread(new FutexTable(4), 2048);
    Pages readOnly = new Pages("read-only", UserMemory.PAGE_SIZE);
    t.memory().map(LIST, readOnly, false);
    Pages page = t.memory().pagesAt(Processes.PAGE);
    page.poke64(0, LIST); // head -> the read-only entry -> an entry that is never reached
    page.poke64(8, WORD);
    readOnly.poke64(0, Processes.PAGE + 64);
    readOnly.poke32(WORD, t.tid());
    page.poke64(64, Processes.PAGE);
    page.poke32(64 + WORD, t.tid());
    t.setRobustList(Processes.PAGE, 24);
    t.exit();
    assertEquals(t.tid(), readOnly.peek32(WORD));
    assertEquals(t.tid(), page.peek32(64 + WORD));
  }

  @Test
  void exit_whenAPointerLiesAcrossTwoMappings_readsBothParts() {
    FutexTask t = thread(new FutexTable(4), 2048);
    Pages second = new Pages("second", UserMemory.PAGE_SIZE);
    t.memory().map(Processes.PAGE + UserMemory.PAGE_SIZE, second);
    Pages first = t.memory().pagesAt(Processes.PAGE);
    long entry = Processes.PAGE + UserMemory.PAGE_SIZE - 4;
    first.poke64(0, entry);
    first.poke64(8, WORD);
    first.poke32(UserMemory.PAGE_SIZE - 4, (int) Processes.PAGE);
    second.poke32(0, (int) (Processes.PAGE >>> 32));
    second.poke32(4, t.tid());
    t.setRobustList(Processes.PAGE, 24);
    t.exit();
    assertEquals(FutexWord.OWNER_DIED, second.peek32(4));
  }

  @Test
  void exit_looksAtNoMoreEntriesThanTheLimit() {
    for (int limit : new int[] {1, 3, 5}) {
      FutexTask t = thread(new FutexTable(4), limit);
      Pages page = t.memory().pagesAt(Processes.PAGE);
      for (int i = 0; i < 5; i++) {
        page.poke64(64 + 16 * i, i == 4 ? Processes.PAGE : Processes.PAGE + 64 + 16 * (i + 1));
        page.poke32(64 + 16 * i + WORD, t.tid());
      }
      page.poke64(0, Processes.PAGE + 64);
      page.poke64(8, WORD);
      t.setRobustList(Processes.PAGE, 24);
      t.exit();
      int died = 0;
      for (int i = 0; i < 5; i++) {
        died += page.peek32(64 + 16 * i + WORD) == FutexWord.OWNER_DIED ? 1 : 0;
      }
      assertEquals(limit, died);
    }
  }

  /** From the three commits; 6.1.192 and 6.18.44 differ in the last line. */
  @Test
  void exit_whenAPendingLockIsNotOwned_wakesByTheRulesOfTheKernel() {
    int other = 4711;
    int[] words = {0, FutexWord.OWNER_DIED, other, other | FutexWord.WAITERS};
    assertEquals("0000", woken(KernelVersion.mainline(5, 4), words));
    assertEquals("1000", woken(KernelVersion.mainline(5, 5), words));
    assertEquals("1000", woken(KernelVersion.mainline(6, 1), words));
    assertEquals("1100", woken(KernelVersion.mainline(6, 2), words));
    assertEquals("1100", woken(new KernelVersion(6, 18, 44, KernelVersion.FINAL), words));
    assertEquals("1110", woken(KernelVersion.RECORDED, words));
    assertEquals("1110", woken(KernelVersion.mainline(7, 2), words));
  }

  private static String woken(KernelVersion kernel, int[] words) {
    StringBuilder result = new StringBuilder();
    for (int word : words) {
      Processes p =
          new Processes(
              Configuration.standard().withKernel(kernel).withPositions(false), new RoundRobin());
      UserMemory memory = p.memory("process", Processes.PAGE);
      int[] waited = {1};
      p.page[0].poke32(128 + WORD, word);
      p.spawn(
          "waiter",
          memory,
          t -> waited[0] = t.futexWait(Processes.PAGE + 128 + WORD, word, false, 1_000));
      p.spawn("dying", memory, t -> t.setRobustList(Processes.PAGE, 24));
      p.page[0].poke64(0, Processes.PAGE);
      p.page[0].poke64(8, WORD);
      p.page[0].poke64(16, Processes.PAGE + 128);
      p.run();
      result.append(waited[0] == 0 ? 1 : 0);
    }
    return result.toString();
  }

  private static FutexTask thread(FutexTable table, int limit) {
    UserMemory memory = new UserMemory("process");
    memory.map(Processes.PAGE, new Pages("page", UserMemory.PAGE_SIZE));
    return FutexTask.ofThread(table, memory, 77, limit);
  }
}
