package org.dmsim.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.dmsim.explore.RandomProgram.Kind;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A strategy that is always the default is not asked where its answer is plain. */
class UnaskedStrategyTest {

  /** The same answers, and asked for each of them. */
  private static final class Asked implements Strategy {
    long times;

    @Override
    public boolean begin(Machine machine) {
      return true;
    }

    @Override
    public Task next(Choice choice) {
      times++;
      return choice.byDefault();
    }

    @Override
    public int nextInt(int bound) {
      return 0;
    }
  }

  @ParameterizedTest
  @EnumSource(PreemptionModel.class)
  void aRunIsTheSame_whetherItsStrategyIsAsked(PreemptionModel preemption) {
    Set<Outcome.End> ends = EnumSet.noneOf(Outcome.End.class);
    for (int steps : new int[] {7, 5000}) {
      for (int seed = 0; seed < 400; seed++) {
        Configuration c =
            Configuration.standard()
                .on(KernelVersion.RECORDED_6_12, preemption)
                .withCpus(1 + seed % 2)
                .withMaxSteps(steps);
        Program program = new RandomProgram(seed, 4, 6, Kind.values());
        Asked asked = new Asked();
        Outcome expected = run(program, c, asked);
        assertEquals(expected, run(program, c, new RoundRobin()), "seed " + seed);
        assertTrue(asked.times >= expected.steps() - 1, "every step is a choice");
        ends.add(expected.end());
      }
    }
    assertEquals(EnumSet.of(Outcome.End.FINISHED, Outcome.End.STUCK, Outcome.End.STEP_LIMIT), ends);
  }

  private static Outcome run(Program program, Configuration c, Strategy strategy) {
    Machine m = new Machine(c, strategy);
    program.load(m);
    return m.run();
  }
}
