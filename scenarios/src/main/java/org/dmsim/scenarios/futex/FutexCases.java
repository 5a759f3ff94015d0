package org.dmsim.scenarios.futex;

import java.util.StringJoiner;
import org.dmsim.futex.Errno;
import org.dmsim.futex.FutexTask;
import org.dmsim.futex.FutexWord;
import org.dmsim.futex.Pages;
import org.dmsim.futex.UserMemory;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;
import org.dmsim.scenarios.futex.FutexCase.Pointer;
import org.dmsim.scenarios.futex.FutexCase.Word;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.version.KernelVersion;

/**
 * Puts a recorded futex case to the model: a thread registers a robust list, other threads wait,
 * and the thread ends. The answer has the form of the recording.
 */
public final class FutexCases {

  /** The kernel that answered when the cases were recorded. */
  public static final KernelVersion RECORDED_ON = new KernelVersion(6, 18, 44, KernelVersion.FINAL);

  private static final long ENTRIES = 0x10_0000_0000L;
  private static final long HEAD = 0x20_0000_0000L;
  private static final long NOT_MAPPED = 0x30_0000_0000L;
  private static final long OF_THE_KERNEL = 0xffff_8880_0000_0000L;

  /** An entry is a pointer, a futex word and padding. */
  private static final int ENTRY_SIZE = 16;

  private static final int WORD = 8;

  private final FutexCase setUp;
  private final int[] woken;
  private int ownTid;
  private int setResult;

  private FutexCases(FutexCase setUp) {
    this.setUp = setUp;
    this.woken = new int[setUp.words().size()];
  }

  /**
   * What the model says to a case.
   *
   * @param spec as in the field {@code spec} of a recorded case
   * @return as in the field {@code expect}
   * @throws IllegalArgumentException with one line, if the case cannot be read
   */
  public static String answer(String spec) {
    return new FutexCases(FutexCase.parse(spec)).run();
  }

  private String run() {
    Machine machine =
        new Machine(
            Configuration.standard().withKernel(RECORDED_ON).withPositions(false),
            new RoundRobin());
    Pages[] entries = new Pages[1];
    machine.boot(() -> entries[0] = boot(machine));
    machine.run();

    StringBuilder answer = new StringBuilder("set=").append(Errno.name(setResult));
    StringJoiner words = new StringJoiner(",");
    StringJoiner wakeUps = new StringJoiner(",");
    int died = 0;
    for (int i = 0; i < setUp.words().size(); i++) {
      int word = entries[0].peek32(i * ENTRY_SIZE + WORD);
      died += (word & FutexWord.OWNER_DIED) != 0 ? 1 : 0;
      words.add(describe(word));
      wakeUps.add(Integer.toString(woken[i]));
    }
    return setUp.repeated()
        ? answer.append(" died=").append(died).toString()
        : answer.append(" words=").append(words).append(" woken=").append(wakeUps).toString();
  }

  /** Everybody who waits comes first: the machine runs each task until it sleeps. */
  private Pages boot(Machine machine) {
    UserMemory memory = new UserMemory("process");
    int bytes = Math.max(1, setUp.words().size() * ENTRY_SIZE);
    Pages entries = new Pages("entries", roundUp(bytes));
    Pages head = new Pages("head", UserMemory.PAGE_SIZE);
    memory.map(ENTRIES, entries);
    memory.map(HEAD, head);
    for (int i = 0; i < setUp.words().size(); i++) {
      for (int n = 0; n < setUp.waiters()[i]; n++) {
        waiter(machine, memory, entries, i);
      }
    }
    Task[] exiting = new Task[1];
    exiting[0] =
        machine.spawn(
            "exiting",
            () -> setResult = FutexTask.of(exiting[0]).setRobustList(HEAD, setUp.headLength()));
    FutexTask.attach(exiting[0], memory);
    ownTid = exiting[0].pid();
    write(entries, head);
    return entries;
  }

  private void waiter(Machine machine, UserMemory memory, Pages entries, int word) {
    Task[] self = new Task[1];
    self[0] =
        machine.spawn(
            "waiter",
            () -> {
              int value = entries.peek32(word * ENTRY_SIZE + WORD);
              int result =
                  FutexTask.of(self[0])
                      .futexWait(address(word) + WORD, value, false, Sched.FOREVER);
              woken[word] += result == 0 ? 1 : 0;
            });
    FutexTask.attach(self[0], memory);
  }

  private void write(Pages entries, Pages head) {
    for (int i = 0; i < setUp.words().size(); i++) {
      entries.poke32(i * ENTRY_SIZE + WORD, value(setUp.words().get(i)));
    }
    Pointer next = setUp.end();
    for (int i = setUp.list().size() - 1; i >= 0; i--) {
      Pointer entry = setUp.list().get(i);
      entries.poke64(entry.word() * ENTRY_SIZE, address(next));
      next = entry;
    }
    head.poke64(0, address(next));
    head.poke64(8, WORD + setUp.offset());
    head.poke64(16, address(setUp.pending()));
  }

  private static long address(int word) {
    return ENTRIES + (long) word * ENTRY_SIZE;
  }

  private static long address(Pointer pointer) {
    return switch (pointer.target()) {
      case HEAD -> HEAD;
      case NULL -> 0;
      case BAD -> NOT_MAPPED;
      case KERNEL -> OF_THE_KERNEL;
      case ENTRY -> address(pointer.word()) + (pointer.pi() ? 1 : 0);
    };
  }

  private int value(Word word) {
    int owner =
        switch (word.owner()) {
          case "own" -> ownTid;
          case "other" -> otherTid();
          default -> 0;
        };
    return owner
        | (word.waiters() ? FutexWord.WAITERS : 0)
        | (word.died() ? FutexWord.OWNER_DIED : 0);
  }

  /** A thread that the machine does not have. */
  private int otherTid() {
    return ownTid + 1;
  }

  private String describe(int word) {
    int owner = FutexWord.owner(word);
    String name =
        owner == 0 ? "zero" : owner == ownTid ? "own" : owner == otherTid() ? "other" : "" + owner;
    return name
        + ((word & FutexWord.WAITERS) != 0 ? "|W" : "")
        + ((word & FutexWord.OWNER_DIED) != 0 ? "|D" : "");
  }

  private static int roundUp(int bytes) {
    return (bytes + UserMemory.PAGE_SIZE - 1) / UserMemory.PAGE_SIZE * UserMemory.PAGE_SIZE;
  }
}
