package org.dmsim.futex.registered;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.dmsim.futex.Errno;
import org.dmsim.futex.FutexTable;
import org.dmsim.futex.FutexTask;
import org.dmsim.futex.FutexWord;
import org.dmsim.futex.Pages;
import org.dmsim.futex.UserMemory;
import org.junit.jupiter.api.Test;

/** The other design answers the same question; only what it costs differs. */
class AreaSearchTest {

  private static final long HERE = 0x1000_0000L;
  private static final long THERE = 0x2000_0000L;

  private final Pages shared = new Pages("shared", UserMemory.PAGE_SIZE);
  private final RobustRegion region = new RobustRegion(shared);

  @Test
  void exit_marksWhatTheThreadOwnsWhoeverRegisteredIt() {
    AreaSearch registering = process(HERE);
    AreaSearch dying = process(THERE);
    FutexTask thread = thread(THERE, 77);
    shared.poke32(0, 77);
    shared.poke32(4, 77 | FutexWord.WAITERS);
    shared.poke32(8, 78);
    shared.poke32(12, 77);
    assertEquals(0, registering.register(HERE));
    assertEquals(0, registering.register(HERE + 4));
    assertEquals(0, registering.register(HERE + 8));
    dying.exit(thread);
    assertEquals(FutexWord.OWNER_DIED, shared.peek32(0));
    assertEquals(FutexWord.OWNER_DIED | FutexWord.WAITERS, shared.peek32(4));
    assertEquals(78, shared.peek32(8));
    assertEquals(77, shared.peek32(12), "was never registered");
  }

  @Test
  void systemCalls_refuseWhatIsNotThere() {
    AreaSearch p = process(HERE);
    assertEquals(-Errno.EFAULT, p.register(THERE));
    assertEquals(0, p.register(HERE + 16));
    assertEquals(-Errno.EINVAL, p.register(HERE + 16));
    assertEquals(-Errno.EINVAL, p.recover(HERE + 16));
    shared.poke32(16, 5 | FutexWord.OWNER_DIED);
    assertEquals(0, p.recover(HERE + 16));
    assertEquals(5, shared.peek32(16));
    assertEquals(0, p.deregister(HERE + 16));
    assertEquals(-Errno.EINVAL, p.deregister(HERE + 16));
    assertEquals(-Errno.EFAULT, p.deregister(THERE));
    assertEquals(-Errno.EFAULT, p.recover(THERE));
  }

  private AreaSearch process(long at) {
    AreaSearch p = new AreaSearch();
    p.map(0x9000_0000L, new RobustRegion(new Pages("other", UserMemory.PAGE_SIZE)));
    p.map(at, region);
    assertEquals(2, p.areaCount());
    return p;
  }

  private FutexTask thread(long at, int tid) {
    UserMemory memory = new UserMemory("process");
    memory.map(at, shared);
    return FutexTask.ofThread(new FutexTable(4), memory, tid, 2048);
  }
}
