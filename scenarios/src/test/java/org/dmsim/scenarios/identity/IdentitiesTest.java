package org.dmsim.scenarios.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Program;
import org.dmsim.explore.Result;
import org.dmsim.machine.Access;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Observer;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.DmsimFault;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.scenarios.run.ScriptProgram;
import org.dmsim.scenarios.script.ScriptParser;
import org.dmsim.strategy.RandomWalk;
import org.dmsim.strategy.RoundRobin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two objects are two to a search, whoever made them and whatever the schedule. */
class IdentitiesTest {

  private static final int RUNS = 4;

  static Stream<String> programs() {
    return Programs.names().stream()
        .flatMap(n -> Programs.hasFixedTwin(n) ? Stream.of(n, n + ":fixed") : Stream.of(n));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void objects_haveANumberAndANameOfTheirOwn(String name) throws Exception {
    Programs.Named program = Programs.find(name).orElseThrow();
    Configuration configuration =
        program.program().adapt(program.configuration()).withPositions(false).withMaxSteps(5_000);
    int seen = 0;
    for (int seed = 0; seed < RUNS; seed++) {
      Machine machine =
          new Machine(configuration, seed == 0 ? new RoundRobin() : new RandomWalk(seed));
      Objects objects = new Objects();
      program.program().load(machine);
      machine.observe(objects);
      machine.run();
      seen += objects.check();
    }
    assertTrue(seen > 0, "nothing was touched");
  }

  @Test
  void object_thatTheMachineDidNotMake_isRefused_whereAStrategyIsAsked() {
    SharedInt word = new SharedInt("word", 0);
    Machine machine = new Machine(Configuration.standard(), new RandomWalk(1));
    machine.spawn("reader", word::readOnce);
    DmsimFault fault = assertThrows(DmsimFault.class, machine::run);
    assertEquals(
        "word was made outside the machine that uses it; make it in Machine.boot or a task",
        fault.getMessage());
  }

  @Test
  void object_isTheSame_whateverElseItsMakerMakes() {
    assertEquals(made(false), made(true));
  }

  /** {@code _hash_lock} and {@code _minor_lock} were one object once, and these 32 schedules. */
  @Test
  void tasksThatTakeDifferentLocks_areNotHeldDependent() {
    String script =
        """
        disk ram0 64M
        create d0
        load d0 0 131072 linear 1:0 0
        resume d0
        task a:
          create d1
        task b:
          info d0
        """;
    Program program = new ScriptProgram(ScriptParser.parse("two ioctls", script));
    Configuration configuration = Configuration.standard().withCpus(4);
    Result result = new Explorer(program, configuration, Bounds.EXHAUSTIVE).explore();
    assertEquals(Result.End.EXHAUSTED, result.end());
    assertEquals(4, result.explored());
  }

  private static List<Long> made(boolean more) {
    Machine machine = new Machine(Configuration.standard(), new RoundRobin());
    SharedInt[] words = new SharedInt[2];
    machine.boot(
        () -> {
          if (more) {
            new SharedInt("another", 0);
          }
          words[0] = new SharedInt("word", 0);
          words[1] = new SharedInt("word", 0);
        });
    assertNotEquals(words[0].id(), words[1].id());
    return List.of(words[0].id(), words[1].id());
  }

  /** The objects of one run. */
  private static final class Objects implements Observer {
    private final Map<Shared, Set<String>> all = new IdentityHashMap<>();

    @Override
    public void step(Task task, Shared object, Access access) {
      note(object);
    }

    @Override
    public void touch(Task task, Shared object, Access access) {
      note(object);
    }

    private void note(Shared object) {
      if (object != null) {
        all.computeIfAbsent(object, o -> new TreeSet<>()).add(object.identity());
      }
    }

    /** How many there are. */
    int check() {
      Map<Long, Shared> byNumber = new HashMap<>();
      Map<String, Shared> byName = new HashMap<>();
      for (Map.Entry<Shared, Set<String>> e : all.entrySet()) {
        Shared o = e.getKey();
        assertNotEquals(Shared.NONE, o.id(), () -> o.identity() + " has no number");
        Shared other = byNumber.putIfAbsent(o.id(), o);
        assertSame(null, other, () -> o.identity() + " has the number of another object");
        for (String name : e.getValue()) {
          assertSame(null, byName.putIfAbsent(name, o), () -> "two objects are called " + name);
        }
      }
      return all.size();
    }
  }
}
