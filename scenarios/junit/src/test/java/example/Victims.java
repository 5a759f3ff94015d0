package example;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmsim.locking.Mutex;
import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedInt;
import org.dmsim.scenarios.junit.Explore;
import org.dmsim.splat.KernelBug;
import org.junit.jupiter.api.Assertions;

/** Tests as somebody writes them who is new to dmsim; run by other tests, and by nobody else. */
public final class Victims {

  private static int everybodys;
  private int field;

  private static SharedInt cell(Machine machine) {
    SharedInt[] made = new SharedInt[1];
    machine.boot(() -> made[0] = new SharedInt("cell", 0));
    return made[0];
  }

  @Explore
  void aPlainField(Machine machine) {
    SharedInt cell = cell(machine);
    for (int i = 0; i < 2; i++) {
      machine.spawn(
          "adder" + i,
          () -> {
            int before = field;
            cell.incReturn();
            field = before + 1;
          });
    }
  }

  @Explore
  void aStaticField(Machine machine) {
    SharedInt cell = cell(machine);
    machine.spawn("one", () -> everybodys = cell.incReturn());
    machine.spawn("two", () -> everybodys += cell.incReturn());
  }

  @Explore
  void anArray(Machine machine) {
    int[] count = new int[1];
    SharedInt cell = cell(machine);
    machine.spawn("one", () -> count[0] += cell.readOnce());
    machine.spawn("two", () -> count[0]++);
  }

  @Explore
  void anAtomicInteger(Machine machine) {
    AtomicInteger count = new AtomicInteger();
    SharedInt cell = cell(machine);
    machine.spawn("one", () -> count.set(count.get() + cell.incReturn()));
    machine.spawn("two", () -> count.set(count.get() + cell.incReturn()));
  }

  @Explore
  void aList(Machine machine) {
    List<Integer> list = new ArrayList<>();
    SharedInt cell = cell(machine);
    machine.spawn("one", () -> list.add(cell.readOnce()));
    machine.spawn("two", () -> cell.writeOnce(list.size()));
  }

  @Explore
  void nothingModelled(Machine machine) {
    int[] a = new int[1];
    machine.spawn("one", () -> a[0]++);
    machine.spawn("two", () -> a[0]++);
  }

  @Explore
  void noTasks(Machine machine) {
    machine.boot(() -> field++);
  }

  @Explore(script = "typo.dm")
  void aScriptThatDoesNotLoad() {}

  @Explore(script = "/example/right.dm")
  void aScriptOfTheClassPath() {}

  @Explore
  void anAssertion(Machine machine) {
    SharedInt cell = cell(machine);
    machine.spawn("writer", () -> cell.writeOnce(1));
    machine.spawn("reader", () -> Assertions.assertEquals(0, cell.readOnce()));
  }

  @Explore
  void anAssertionAtTheEnd(Machine machine) {
    SharedInt cell = cell(machine);
    for (String name : List.of("one", "two")) {
      machine.spawn(name, () -> cell.writeOnce(cell.readOnce() + 1));
    }
    machine.atEnd(() -> Assertions.assertEquals(2, cell.readOnce()));
  }

  @Explore
  void anException(Machine machine) {
    SharedInt cell = cell(machine);
    int[] none = {};
    machine.spawn("writer", () -> cell.writeOnce(1));
    machine.spawn(
        "reader",
        () -> {
          if (cell.readOnce() == 1) {
            cell.writeOnce(none[3]);
          }
        });
  }

  @Explore
  void anExceptionOfTheSetUp(Machine machine) {
    throw new IllegalStateException("not set up on " + machine.cpuCount() + " CPUs");
  }

  @Explore
  void synchronizedAroundACell(Machine machine) {
    SharedInt cell = cell(machine);
    Object monitor = new Object();
    for (String name : List.of("one", "two")) {
      machine.spawn(
          name,
          () -> {
            synchronized (monitor) {
              cell.incReturn();
            }
          });
    }
  }

  @Explore
  void sleeps(Machine machine) {
    SharedInt cell = cell(machine);
    machine.spawn("sleeper", () -> sleep(cell));
    machine.spawn("other", cell::incReturn);
  }

  private static void sleep(SharedInt cell) {
    try {
      Thread.sleep(cell.incReturn());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Explore
  void startsAThread(Machine machine) {
    SharedInt cell = cell(machine);
    machine.spawn("starter", () -> new Thread(cell::incReturn).start());
  }

  @Explore
  void waitsForAFuture(Machine machine) {
    SharedInt cell = cell(machine);
    CompletableFuture<Integer> never = new CompletableFuture<>();
    machine.spawn("waiter", () -> cell.writeOnce(never.join()));
    machine.spawn("other", cell::incReturn);
  }

  /** The monitor is the JDK's: no code of the task's says synchronized. */
  @Explore
  void goesRoundASynchronizedList(Machine machine) {
    SharedInt cell = cell(machine);
    Collection<Integer> list = Collections.synchronizedCollection(List.of(1, 2));
    for (String name : List.of("one", "two")) {
      machine.spawn(name, () -> list.forEach(i -> cell.incReturn()));
    }
  }

  @Explore
  void waitsForAProgram(Machine machine) {
    SharedInt cell = cell(machine);
    machine.spawn("waiter", () -> cell.writeOnce(program("sleep", "30")));
    machine.spawn("other", cell::incReturn);
  }

  private static int program(String... words) {
    try {
      return new ProcessBuilder(words).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Explore
  void aLockOfTheModel(Machine machine) {
    counted(machine);
  }

  @Explore(guarded = "Counter.value", schedules = 2)
  void aLockOfTheModelThatIsNamed(Machine machine) {
    counted(machine);
  }

  private static void counted(Machine machine) {
    Counter[] made = new Counter[1];
    machine.boot(() -> made[0] = new Counter());
    machine.spawn("one", made[0]::increment);
    machine.spawn("two", made[0]::increment);
  }

  private static final class Counter {
    private final Mutex lock = new Mutex("&counter->lock");
    private int value;

    void increment() {
      lock.lock();
      value++;
      lock.unlock();
    }
  }

  /** Each has its own; what they share is a cell. */
  @Explore
  void fieldsOfTheirOwn(Machine machine) {
    SharedInt cell = cell(machine);
    for (String name : List.of("one", "two")) {
      int[] mine = new int[1];
      Counter own = new Counter();
      machine.spawn(
          name,
          () -> {
            mine[0] = cell.incReturn();
            own.value++;
          });
    }
  }

  @Explore
  void anOopsOfTheSetUp(Machine machine) {
    machine.boot(() -> KernelBug.at("drivers/md/victim.c:7"));
  }
}
