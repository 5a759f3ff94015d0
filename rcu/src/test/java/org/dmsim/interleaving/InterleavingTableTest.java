package org.dmsim.interleaving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dmsim.locking.Mutex;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Maker;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.strategy.Replay;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.strategy.Schedule;
import org.junit.jupiter.api.Test;

class InterleavingTableTest {

  private SharedInt live;
  private SharedInt own;
  private Mutex first;
  private Mutex second;

  @KernelSymbol("dm_swap_table")
  private void swap() {
    own.writeOnce(1);
    live.writeOnce(2);
  }

  @KernelSymbol("dm_get_live_table")
  private void get() {
    live.readOnce();
    live.readOnce();
  }

  private static void lockBoth(Mutex a, Mutex b) {
    a.lock();
    b.lock();
    b.unlock();
    a.unlock();
  }

  private Machine machine(String schedule) {
    Machine m =
        new Machine(
            Configuration.standard(),
            schedule.isEmpty() ? new RoundRobin() : new Replay(Schedule.parse(schedule)));
    m.boot(
        () -> {
          live = new SharedInt("md->map", 1);
          own = new SharedInt("private", 0);
          first = new Mutex("&first");
          second = new Mutex("&second");
        });
    return m;
  }

  private static String draw(Machine m) {
    Interleaving seen = Interleaving.of(m);
    m.run();
    return InterleavingTable.draw(seen);
  }

  @Test
  void draw_showsContendedStepsWithValuesAndTheReasonOfEachSwitch() {
    Machine m = machine("v1:3.3:0");
    m.spawn("reader", this::get);
    m.spawn("dmsetup", this::swap);
    assertEquals(
        """
        step | reader                               | dmsetup
        -----+--------------------------------------+----------------------------------
           2 | dm_get_live_table: reads md->map = 1 |
             | (switch: reader could go on)         |
           5 |                                      | dm_swap_table: changes md->map, 2
             |                                      | (switch: dmsetup ends)
           6 | dm_get_live_table: reads md->map = 2 |
        (1 steps on objects that nobody contends for left out)
        """,
        draw(m).replaceAll("(?m)^  ", ""));
  }

  @Test
  void draw_tellsObjectsOfOneNameApart() {
    Machine m = machine("v1:3.3:0");
    SharedInt[] words = new SharedInt[2];
    m.boot(
        () -> {
          words[0] = Maker.whole("252:0", () -> new SharedInt("md->count", 0));
          words[1] = Maker.whole("252:1", () -> new SharedInt("md->count", 0));
        });
    for (String name : List.of("a", "b")) {
      m.spawn(
          name,
          () -> {
            words[0].add(1);
            words[1].add(1);
          });
    }
    String table = draw(m);
    assertTrue(table.contains("adds to md->count of 252:0, 1"), table);
    assertTrue(table.contains("adds to md->count of 252:1, 1"), table);
  }

  @Test
  void draw_ofADeadlock_saysWhatEachTaskWaitsFor() {
    Machine m = machine("v1:3.3:0");
    m.spawn("a", () -> lockBoth(first, second));
    m.spawn("b", () -> lockBoth(second, first));
    String table = draw(m);
    assertEquals(2, table.split("waits|sleeps:", -1).length - 1, table);
  }

  @Test
  void draw_foldsColumnsToTheWidth_andWhereThatIsTooNarrowNamesTasksInFront() {
    for (int width : List.of(60, 40, 30)) {
      Machine m = machine("v1:3.3:0");
      m.spawn("reader", this::get);
      m.spawn("dmsetup", this::swap);
      Interleaving seen = Interleaving.of(m);
      m.run();
      String table = InterleavingTable.draw(seen, width);
      table.lines().forEach(l -> assertTrue(l.length() <= width, width + ": " + l));
      String words = table.replaceAll("\\s+", " ");
      assertTrue(words.contains("md->map"), table);
      assertEquals(width == 60, table.startsWith("  step | reader"), table);
      assertEquals(width < 60, table.contains("| reader:"), table);
    }
  }

  @Test
  void anInterleaving_thatKeepsTheEnd_forgetsTheRest() {
    Machine m = machine("");
    m.spawn(
        "long",
        () -> {
          for (int i = 0; i < 1000; i++) {
            live.writeOnce(i);
          }
        });
    m.spawn("reader", this::get);
    Interleaving seen = Interleaving.of(m, 50);
    m.run();
    int kept = seen.events().size();
    assertTrue(kept >= 50 && kept < 100, kept + " kept");
    assertTrue(seen.forgotten() > 900, seen.forgotten() + " forgotten");
    assertEquals(1002, kept + seen.forgotten(), 20);
  }
}
