package org.dmsim.futex;

import java.util.function.Consumer;
import java.util.function.Function;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/** A machine whose processes share one page, each at its own address or all at the same one. */
public final class Processes {

  public static final long PAGE = 0x1000_0000L;

  public final Machine machine;
  public final Pages[] page = new Pages[1];

  public Processes(Strategy strategy) {
    this(Configuration.standard().withPositions(false), strategy);
  }

  public Processes(Configuration configuration, Strategy strategy) {
    machine = new Machine(configuration, strategy);
    machine.boot(() -> page[0] = new Pages("page", UserMemory.PAGE_SIZE));
  }

  public UserMemory memory(String name, long address) {
    UserMemory memory = new UserMemory(name);
    memory.map(address, page[0]);
    return memory;
  }

  public FutexTask spawn(String comm, UserMemory memory, int uid, Consumer<FutexTask> body) {
    FutexTask[] futexes = new FutexTask[1];
    machine.boot(
        () -> {
          Task t = machine.spawn(comm, () -> body.accept(futexes[0]));
          machine.exposeToKill(t);
          futexes[0] = FutexTask.attach(t, memory, uid, RobustList.LIMIT);
        });
    return futexes[0];
  }

  public FutexTask spawn(String comm, UserMemory memory, Consumer<FutexTask> body) {
    return spawn(comm, memory, 0, body);
  }

  public <T> T once(Function<FutexTask, T> question) {
    Object[] answer = new Object[1];
    spawn("once", memory("once", PAGE), t -> answer[0] = question.apply(t));
    machine.run();
    @SuppressWarnings("unchecked")
    T result = (T) answer[0];
    return result;
  }

  public Outcome run() {
    return machine.run();
  }
}
