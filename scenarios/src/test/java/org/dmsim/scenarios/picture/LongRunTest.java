package org.dmsim.scenarios.picture;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.dmsim.context.Warning;
import org.dmsim.locking.Mutex;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Task;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.Check;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.version.SourcePlace;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The picture of a run that is too long to be shown: bounded, and it says what it leaves out. */
final class LongRunTest {

  private static final int A_PAGE = 1_000_000;
  private static final long A_MINUTE = 60_000_000_000L;

  /** Three tasks that take turns, with a lock, and now and then a warning. */
  private static Picture drawn(int rounds, boolean contended, int warnings) {
    Machine m = new Machine(Configuration.standard().withCpus(3), new RoundRobin());
    SharedInt[] x = new SharedInt[3];
    SharedInt[] common = new SharedInt[1];
    Mutex[] lock = new Mutex[3];
    m.boot(
        () -> {
          common[0] = new SharedInt("common", 0);
          for (int i = 0; i < 3; i++) {
            x[i] = new SharedInt("x" + i, 0);
            lock[i] = new Mutex("&lock" + i);
          }
        });
    for (int task = 0; task < 3; task++) {
      int own = contended ? 0 : task;
      m.spawnKthread(
          "task" + task,
          () -> {
            common[0].writeOnce(own);
            for (int i = 0; i < rounds; i++) {
              lock[own].lock();
              x[own].writeOnce(i);
              lock[own].unlock();
              if (i < warnings) {
                Warning.report(
                    Task.current(),
                    Check.WARNING,
                    "no. " + i,
                    SourcePlace.of("a.c", i + 1),
                    "f",
                    Task.callTrace());
              }
            }
          });
    }
    PictureOf seen = new PictureOf();
    seen.accept(m);
    m.run();
    return seen.picture("", new Picture.Verdict("CLEAN", false, ""));
  }

  private static void isBounded(Picture p) {
    int twice = PicturePage.of("long", "", List.of(p, p)).getBytes(StandardCharsets.UTF_8).length;
    assertTrue(twice < A_PAGE, p.steps() + " steps, two pictures: " + twice + " bytes");
    assertTrue(p.left().contains("What came before step"), p.left());
    assertFalse(p.bars().isEmpty());
    assertTrue(p.start() < p.steps(), p.start() + " of " + p.steps());
  }

  @Test
  void whereTasksContend_theRowsAreBounded() {
    isBounded(drawn(2_500, true, 0));
  }

  @Test
  void whereNobodyContends_theBarsAre() {
    isBounded(drawn(2_500, false, 0));
  }

  @Test
  void soAreReports() {
    Picture p = drawn(1_500, true, 40);
    isBounded(p);
    assertTrue(p.left().contains("Of 120 reports the first 16 can be opened."), p.left());
  }

  @Test
  @Tag("deep")
  void aMillionSteps_areShownInAMinute() {
    long before = System.nanoTime();
    Picture p = drawn(120_000, true, 0);
    long took = System.nanoTime() - before;
    assertTrue(p.steps() > 1_000_000, "" + p.steps());
    System.out.println(p.steps() + " steps: " + took / 1_000_000 + " ms, " + p.left());
    assertTrue(took < A_MINUTE, took + " ns");
    isBounded(p);
  }
}
