package org.dmsim.scenarios.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dmsim.interrupt.IrqWork;
import org.dmsim.machine.Access;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Observer;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.memory.SharedInt;
import org.dmsim.scenarios.picture.Picture.Bar;
import org.dmsim.scenarios.picture.Picture.Group;
import org.dmsim.scenarios.picture.Picture.Stretch;
import org.dmsim.strategy.RandomWalk;
import org.junit.jupiter.api.Test;

/** Who has a CPU, as the picture shows it, beside who the machine says has it. */
final class CpuTracksTest {

  private static final int CPUS = 2;

  /** Who has each CPU when a step is made. */
  private static final class Owners implements Observer {
    private final Machine machine;
    private final Map<Long, List<String>> at = new TreeMap<>();

    Owners(Machine machine) {
      this.machine = machine;
    }

    @Override
    public void step(Task task, Shared object, Access access) {
      List<String> now = new ArrayList<>();
      for (int i = 0; i < CPUS; i++) {
        Task on = machine.cpu(i).current();
        now.add(on == null || on.isDone() ? "nobody" : on.name());
      }
      at.put(machine.step(), now);
    }
  }

  private static Picture draws(long seed, Map<Long, List<String>> owners) {
    Machine m = new Machine(Configuration.standard().withCpus(CPUS), new RandomWalk(seed));
    SharedInt[] x = new SharedInt[1];
    IrqWork[] work = new IrqWork[1];
    m.boot(
        () -> {
          x[0] = new SharedInt("x", 0);
          work[0] =
              new IrqWork(
                  () -> {
                    x[0].writeOnce(7);
                    x[0].writeOnce(8);
                  });
        });
    for (int task = 0; task < 4; task++) {
      m.spawnKthread(
          "task" + task,
          () -> {
            for (int i = 0; i < 4; i++) {
              x[0].writeOnce(i);
              work[0].queue();
            }
          });
    }
    PictureOf seen = new PictureOf();
    seen.accept(m);
    Owners heard = new Owners(m);
    m.observe(heard);
    m.run();
    owners.putAll(heard.at);
    return seen.picture("", new Picture.Verdict("CLEAN", false, ""));
  }

  @Test
  void aCpusLane_showsWhoHasIt_atEveryStep() {
    int shared = 0;
    for (long seed = 0; seed < 20; seed++) {
      Map<Long, List<String>> owners = new TreeMap<>();
      Picture p = draws(seed, owners);
      for (Map.Entry<Long, List<String>> e : owners.entrySet()) {
        for (int cpu = 0; cpu < CPUS; cpu++) {
          String said = at(p, "CPU " + cpu, Stretch.RUN, e.getKey());
          assertEquals(e.getValue().get(cpu), said, "seed " + seed + ", step " + e.getKey());
        }
      }
      shared += (int) p.bars().stream().filter(b -> b.kind() == Stretch.PREEMPTED).count();
    }
    assertTrue(shared > 20, "tasks lose their CPUs: " + shared);
  }

  @Test
  void aTask_isInterrupted_asLongAsAHandlerLiesOnTopOfIt() {
    int interrupts = 0;
    for (long seed = 0; seed < 20; seed++) {
      Picture p = draws(seed, new TreeMap<>());
      List<Bar> handlers =
          p.bars().stream()
              .filter(b -> p.lanes().get(b.lane()).group() == Group.CPU)
              .filter(b -> b.label().startsWith("irq/"))
              .toList();
      for (Bar b : p.bars()) {
        if (b.kind() == Stretch.IRQ) {
          interrupts++;
          assertEquals(
              1,
              handlers.stream().filter(h -> h.from() == b.from() && h.to() == b.to()).count(),
              b + " " + handlers);
        }
      }
    }
    assertTrue(interrupts > 20, "" + interrupts);
  }

  private static String at(Picture p, String lane, Stretch kind, long step) {
    List<String> found =
        p.bars().stream()
            .filter(b -> b.kind() == kind && p.lanes().get(b.lane()).name().equals(lane))
            .filter(b -> b.from() <= step && step < b.to())
            .map(Bar::label)
            .toList();
    return found.isEmpty() ? "nobody" : String.join(" and ", found);
  }
}
