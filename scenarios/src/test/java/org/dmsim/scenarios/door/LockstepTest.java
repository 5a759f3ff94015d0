package org.dmsim.scenarios.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that go in lockstep with the machine: a seed is a run. */
final class LockstepTest {

  private static final String TWO =
      """
      disk ram0 64M
      disk ram1 64M
      create d
      load d 0 65536 linear 1:0 0
      resume d
      """;

  private static final String RACE =
      """
      dd if=/dev/mapper/d of=/dev/null bs=4k count=%d iflag=direct status=none && echo read &
      for disk in %s; do
        dmsetup suspend d
        dmsetup load d --table "0 65536 linear /dev/$disk 0"
        dmsetup resume d
      done
      wait
      dmsetup table d
      """;

  @TempDir private Path folder;

  /** What happened in the machine, and what the programs printed, in their order. */
  private String run(int seed, String script) throws IOException {
    Files.writeString(folder.resolve("two.dm"), TWO);
    Behind b =
        Behind.script(folder, script, "two.dm", "--lockstep", "--trace", "--seed", "" + seed);
    return b.isClosed() ? null : b.out();
  }

  /** Two programs race, and a seed says how it ends: whatever else this host has to do. */
  @Test
  void equalSeeds_giveEqualRuns() throws IOException {
    if (!Behind.has("dmsetup", "dd")) {
      return;
    }
    String first = run(1, RACE.formatted(2, "ram1"));
    if (first != null) {
      assertTrue(first.contains("\nread\n") && first.contains(" [dd]\n"), first);
      assertEquals(first, run(1, RACE.formatted(2, "ram1")));
    }
  }

  /** The same at length, and that other seeds give other orders. */
  @Test
  @Tag("deep")
  void twentyRunsOfASeed_areEqual_andOtherSeedsDiffer() throws IOException {
    if (!Behind.has("dmsetup", "dd")) {
      return;
    }
    String script = RACE.formatted(8, "ram1 ram0");
    String first = run(1, script);
    for (int i = 0; i < 20 && first != null; i++) {
      assertEquals(first, run(1, script));
    }
    Set<String> runs = new HashSet<>();
    for (int seed = 1; seed <= 5 && first != null; seed++) {
      runs.add(run(seed, script));
    }
    assertTrue(first == null || runs.size() > 1);
  }

  /** Sleeps and limits are virtual; what comes before, a byte or a signal, ends a wait. */
  @Test
  void virtualTime_isThatOfSleepsAndLimits() throws IOException {
    if (!Behind.has("python3")) {
      return;
    }
    Files.writeString(
        folder.resolve("waits.py"),
        """
        import os, select, signal, threading, time
        os.close(os.open('/dev/ram0', os.O_RDONLY))
        r, w = os.pipe()
        p = select.poll()
        p.register(r, select.POLLIN)
        e = select.epoll()
        e.register(r, select.EPOLLIN)
        time.sleep(600)
        print(select.select([r], [], [], 600), p.poll(600000), e.poll(600))
        def after(do):
            t = threading.Thread(target=lambda: (time.sleep(300), do()))
            t.start()
            return t
        t = after(lambda: os.write(w, b'x'))
        print(p.poll(600000) == [(r, select.POLLIN)])
        t.join()
        signal.signal(signal.SIGUSR1, lambda *a: print('signal'))
        t = after(lambda: os.kill(os.getpid(), signal.SIGUSR1))
        print(select.select([], [], [], 600))
        t.join()
        """);
    Behind b = Behind.with(folder, "--virtual-time", "--", "python3", "waits.py");
    if (!b.isClosed()) {
      assertEquals(
          """
          ([], [], []) [] []
          True
          signal
          ([], [], [])
          CLEAN  no report; python3 ended with 0; kernel 6.12.117, preempt full, 2 CPUs
          """,
          b.out());
    }
  }
}
