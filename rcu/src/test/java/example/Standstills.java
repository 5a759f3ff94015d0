package example;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Pipe;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedInt;

/** Tasks as somebody writes them who is new to dmsim, and which stop the thread of all tasks. */
public final class Standstills {

  private Standstills() {}

  /** Two tasks that meet in a monitor: the one inside is not on when the other comes. */
  public static void monitor(Machine machine) {
    SharedInt[] cell = new SharedInt[1];
    machine.boot(() -> cell[0] = new SharedInt("cell", 0));
    Object monitor = new Object();
    for (String name : new String[] {"one", "two"}) {
      machine.spawn(
          name,
          () -> {
            synchronized (monitor) {
              cell[0].incReturn();
              cell[0].incReturn();
            }
          });
    }
  }

  /** Two tasks that meet at a lock of the JDK's. */
  public static void lock(Machine machine) {
    SharedInt[] cell = new SharedInt[1];
    machine.boot(() -> cell[0] = new SharedInt("cell", 0));
    ReentrantLock lock = new ReentrantLock();
    lock.lock(); // by the test, which does not give it back
    machine.spawn(
        "one",
        () -> {
          lock.lock();
          cell[0].incReturn();
        });
    machine.spawn("two", () -> cell[0].incReturn());
  }

  /** A task that waits for a thread. */
  public static void latch(Machine machine) {
    CountDownLatch never = new CountDownLatch(1);
    machine.spawn(
        "waiter",
        () -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** A task that parks. */
  public static void park(Machine machine) {
    machine.spawn(
        "parker",
        () -> {
          while (true) {
            LockSupport.park();
          }
        });
  }

  /** A task that sleeps for a minute. */
  public static void sleep(Machine machine) {
    machine.spawn(
        "sleeper",
        () -> {
          try {
            Thread.sleep(60_000);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** A task that reads what nobody writes. */
  public static void read(Machine machine) {
    machine.spawn(
        "reader",
        () -> {
          try (InputStream in = java.nio.channels.Channels.newInputStream(Pipe.open().source())) {
            in.read();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** A task that has a lot to do. */
  public static void busy(Machine machine) {
    machine.spawn(
        "busy",
        () -> {
          while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
          }
        });
  }
}
