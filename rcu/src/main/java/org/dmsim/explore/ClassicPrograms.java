package org.dmsim.explore;

import java.util.List;
import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedInt;

/**
 * The programs by which searches are measured in the literature. How many schedules each has is
 * known, so a search that counts otherwise is wrong.
 */
public enum ClassicPrograms {
  /** N tasks write one variable: N! schedules. */
  WRITERS("writers", 5, "writer", "N tasks write one variable") {
    @Override
    void load(Machine m, int n, Names names) {
      SharedInt x = booted(m, 1, names)[0];
      for (int i = 1; i <= n; i++) {
        int value = i;
        m.spawnKthread(names.tasks[i], () -> x.writeOnce(value));
      }
    }

    @Override
    public long schedules(int n) {
      return factorial(n);
    }
  },

  /** One task writes, N read: each reader comes before the writer or after it, 2^N schedules. */
  READERS("readers", 8, "reader", "one task writes a variable, N read it") {
    @Override
    void load(Machine m, int n, Names names) {
      SharedInt x = booted(m, 1, names)[0];
      m.spawnKthread("writer", () -> x.writeOnce(1));
      for (int i = 1; i <= n; i++) {
        m.spawnKthread(names.tasks[i], x::readOnce);
      }
    }

    @Override
    public long schedules(int n) {
      return 1L << n;
    }
  },

  /** N tasks read a variable and then write one more: (N!)^2 schedules. */
  INCREMENTS("increments", 4, "adder", "N tasks add one to a variable, reading and writing apart") {
    @Override
    void load(Machine m, int n, Names names) {
      SharedInt x = booted(m, 1, names)[0];
      for (int i = 1; i <= n; i++) {
        m.spawnKthread(names.tasks[i], () -> x.writeOnce(x.readOnce() + 1));
      }
    }

    @Override
    public long schedules(int n) {
      return factorial(n) * factorial(n);
    }
  },

  /**
   * An array of N + 1 zeros: task i writes element i, one more than its neighbour below, and one
   * task looks from the top for the last zero. (N + 3) * 2^(N - 2) schedules.
   */
  LASTZERO("lastzero", 15, "writer", "N tasks fill an array, one looks for its last zero") {
    @Override
    void load(Machine m, int n, Names names) {
      SharedInt[] array = booted(m, n + 1, names);
      m.spawnKthread(
          "reader",
          () -> {
            int i = n;
            while (array[i].readOnce() != 0) {
              i--;
            }
          });
      for (int i = 1; i <= n; i++) {
        SharedInt below = array[i - 1];
        SharedInt own = array[i];
        m.spawnKthread(names.tasks[i], () -> own.writeOnce(below.readOnce() + 1));
      }
    }

    @Override
    public long schedules(int n) {
      return n == 1 ? 2 : (n + 3L) << n - 2;
    }
  },

  /** Two tasks each write their variable and read the other's: 3 schedules. */
  SB("sb", 2, "task", "store buffering: two tasks each write one variable and read the other") {
    @Override
    void load(Machine m, int n, Names names) {
      SharedInt[] x = booted(m, 2, names);
      for (int i = 0; i < 2; i++) {
        SharedInt own = x[i];
        SharedInt other = x[1 - i];
        m.spawnKthread(
            names.tasks[i],
            () -> {
              own.writeOnce(1);
              other.readOnce();
            });
      }
    }

    @Override
    public long schedules(int n) {
      return 3;
    }

    @Override
    public boolean hasSize() {
      return false;
    }
  };

  private final String key;
  private final int size;
  private final String member;
  private final String about;

  ClassicPrograms(String key, int size, String member, String about) {
    this.key = key;
    this.size = size;
    this.member = member;
    this.about = about;
  }

  /** The name by which it is called. */
  public String key() {
    return key;
  }

  /** The size where none is given. */
  public int size() {
    return size;
  }

  /** One line about it. */
  public String about() {
    return about;
  }

  /** Whether it comes in sizes. */
  public boolean hasSize() {
    return true;
  }

  /** How many Mazurkiewicz traces it has, from the literature. */
  public abstract long schedules(int n);

  abstract void load(Machine m, int n, Names names);

  /**
   * The program of a size.
   *
   * @throws IllegalArgumentException if there is none of that size
   */
  public Program ofSize(int n) {
    if (n < 1 || n > 62) {
      throw new IllegalArgumentException(key + ":" + n + " is out of range; write 1 to 62");
    }
    Names names = new Names(member, n + 1);
    return m -> load(m, n, names);
  }

  /** All of them. */
  public static List<ClassicPrograms> all() {
    return List.of(values());
  }

  private static SharedInt[] booted(Machine m, int count, Names names) {
    SharedInt[] x = new SharedInt[count];
    m.boot(
        () -> {
          for (int i = 0; i < count; i++) {
            x[i] = new SharedInt(names.cells[i], 0);
          }
        });
    return x;
  }

  /** What tasks and variables are called: written once a program, not once a run. */
  private static final class Names {
    private final String[] tasks;
    private final String[] cells;

    Names(String member, int count) {
      tasks = new String[count];
      cells = new String[Math.max(2, count)];
      for (int i = 0; i < cells.length; i++) {
        cells[i] = "x" + i;
      }
      for (int i = 0; i < count; i++) {
        tasks[i] = member + i;
      }
    }
  }

  private static long factorial(int n) {
    long f = 1;
    for (int i = 2; i <= n; i++) {
      f *= i;
    }
    return f;
  }
}
