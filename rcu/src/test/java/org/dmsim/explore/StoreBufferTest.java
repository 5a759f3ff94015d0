package org.dmsim.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.dmsim.cell.Fence;
import org.dmsim.machine.Access;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MemoryModel;
import org.dmsim.machine.Observer;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.memory.SharedInt;
import org.dmsim.schedules.Schedules;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Litmus tests under the memory models that a machine can have. What a search counts is held
 * against every interleaving of steps and flushes: who read what, and the order of the writes to
 * each location, which together are a trace in the sense of Shasha and Snir.
 */
class StoreBufferTest {

  private static final int LIMIT = 400_000;

  /** One thread a column; W writes, S stores with release, R reads, M is smp_mb, w is smp_wmb. */
  private record Litmus(String text, Set<String> seen) implements Program, Schedules.Program {
    @Override
    public void load(Machine m) {
      setUp(m);
    }

    @Override
    public void setUp(Machine m) {
      Map<String, SharedInt> places = new TreeMap<>();
      m.boot(
          () -> {
            for (String name : new String[] {"x", "y", "z"}) {
              places.put(name, new SharedInt(name, 0));
            }
          });
      Map<String, String> read = new TreeMap<>();
      Map<String, String> written = new LinkedHashMap<>();
      String[] threads = text.split("\\|");
      for (int i = 0; i < threads.length; i++) {
        String name = "P" + i;
        String[] ops = threads[i].trim().split(" +");
        m.spawnKthread(name, () -> Arrays.stream(ops).forEach(o -> run(o, name, places, read)));
      }
      m.observe(
          new Observer() {
            @Override
            public void step(Task task, Shared object, Access access) {
              if (access == Access.WRITE && object instanceof SharedInt) {
                written.merge(object.label(), task.onBehalfOf().name(), String::concat);
              }
            }
          });
      m.atEnd(() -> seen.add(read + " " + new TreeMap<>(written)));
    }

    private static void run(
        String op, String name, Map<String, SharedInt> places, Map<String, String> read) {
      if (op.equals("M")) {
        Fence.mb();
        return;
      }
      if (op.equals("w")) {
        Fence.wmb();
        return;
      }
      SharedInt place = places.get(op.substring(1, 2));
      switch (op.charAt(0)) {
        case 'R' -> read.merge(name, place.label() + place.readOnce(), String::concat);
        case 'W' -> place.writeOnce(Integer.parseInt(op.substring(2)));
        case 'S' -> place.storeRelease(Integer.parseInt(op.substring(2)));
        default -> throw new IllegalArgumentException(op);
      }
    }
  }

  private static Configuration configuration(MemoryModel memory) {
    return Configuration.standard()
        .withPositions(false)
        .withChecks(false)
        .withCpus(4)
        .withMemory(memory);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "sb; Wx1 Ry | Wy1 Rx; 3; 4; 4",
        "sb+mbs; Wx1 M Ry | Wy1 M Rx; 3; 3; 3",
        "sb+mb+po; Wx1 M Ry | Wy1 Rx; 3; 4; 4",
        "mp; Wx1 Wy1 | Ry Rx; 3; 3; 4",
        "mp+wmb; Wx1 w Wy1 | Ry Rx; 3; 3; 3",
        "mp+release; Wx1 Sy1 | Ry Rx; 3; 3; 3",
        "lb; Rx Wy1 | Ry Wx1; 3; 3; 3",
        "iriw; Wx1 | Wy1 | Rx Ry | Ry Rx; 15; 15; 15",
        "2+2w; Wx1 Wy2 | Wy1 Wx2; 3; 3; 4",
        "2+2w+wmbs; Wx1 w Wy2 | Wy1 w Wx2; 3; 3; 3",
        "r; Wx1 Wy1 | Wy2 Rx; 3; 4; 4",
        "s; Wx2 Wy1 | Ry Wx1; 3; 3; 4",
        "wrc; Wx1 | Rx Wy1 | Ry Rx; 7; 7; 7",
        "writers; Wx1 | Wx2 | Wx3; 6; 6; 6"
      })
  void eachTraceIsRunOnce(String name, String text, long sc, long tso, long pso) {
    assertEquals(sc, count(text, MemoryModel.SC));
    assertEquals(tso, count(text, MemoryModel.TSO));
    assertEquals(pso, count(text, MemoryModel.PSO));
  }

  /** Larger ones, which take a second each. */
  @Tag("deep")
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "isa2; Wx1 Wy1 | Ry Wz1 | Rz Rx; 7; 7; 8",
        "3.sb; Wx1 Ry | Wy1 Rz | Wz1 Rx; 7; 8; 8"
      })
  void eachTraceOfLargerTestsIsRunOnce(String name, String text, long sc, long tso, long pso) {
    eachTraceIsRunOnce(name, text, sc, tso, pso);
  }

  /**
   * A load of what its own CPU has stored: nothing is missed, and that it found the store in the
   * buffer or in memory makes runs of their own.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "sb+rfi; Wx1 Rx Ry | Wy1 Ry Rx; 4; 15; 4; 15",
        "n6; Wx1 Rx Ry | Wy1 Wx2; 5; 9; 6; 12",
        "mp+own; Wx1 Wy1 Rx | Ry Rx; 3; 6; 4; 8",
        "own; Wx1 Rx | Wx2 Rx; 4; 18; 4; 18"
      })
  void whereALoadFoundItsOwnStoreIsNoticed(
      String name, String text, long tso, long tsoRuns, long pso, long psoRuns) {
    for (MemoryModel m : List.of(MemoryModel.TSO, MemoryModel.PSO)) {
      Set<String> all = new HashSet<>();
      Schedules.every(configuration(m), LIMIT, new Litmus(text, all), o -> {});
      Set<String> seen = new HashSet<>();
      Result r =
          new Explorer(new Litmus(text, seen), configuration(m), Bounds.EXHAUSTIVE).explore();
      assertEquals(all, seen, text);
      assertEquals(m == MemoryModel.TSO ? tso : pso, all.size(), name);
      assertEquals(m == MemoryModel.TSO ? tsoRuns : psoRuns, r.explored(), name);
      assertEquals(0, r.redundant(), name);
    }
  }

  private static long count(String text, MemoryModel memory) {
    Set<String> all = new HashSet<>();
    int runs = Schedules.every(configuration(memory), LIMIT, new Litmus(text, all), o -> {});
    Set<String> seen = new HashSet<>();
    Result r =
        new Explorer(new Litmus(text, seen), configuration(memory), Bounds.EXHAUSTIVE).explore();
    assertEquals(Result.End.EXHAUSTED, r.end(), text);
    assertEquals(all, seen, text);
    assertEquals(all.size(), r.explored(), text);
    assertEquals(0, r.redundant(), text);
    assertTrue(runs >= all.size());
    return r.explored();
  }
}
