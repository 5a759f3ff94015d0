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
  WRITERS("writers", 5, "N tasks write one variable") {
    @Override
    void load(Machine m, int n) {
      SharedInt x = booted(m, 1)[0];
      for (int i = 1; i <= n; i++) {
        int value = i;
        m.spawnKthread("writer" + i, () -> x.writeOnce(value));
      }
    }

    @Override
    public long schedules(int n) {
      return factorial(n);
    }
  },

  /** One task writes, N read: each reader comes before the writer or after it, 2^N schedules. */
  READERS("readers", 8, "one task writes a variable, N read it") {
    @Override
    void load(Machine m, int n) {
      SharedInt x = booted(m, 1)[0];
      m.spawnKthread("writer", () -> x.writeOnce(1));
      for (int i = 1; i <= n; i++) {
        m.spawnKthread("reader" + i, x::readOnce);
      }
    }

    @Override
    public long schedules(int n) {
      return 1L << n;
    }
  },

  /** N tasks read a variable and then write one more: (N!)^2 schedules. */
  INCREMENTS("increments", 4, "N tasks add one to a variable, reading and writing apart") {
    @Override
    void load(Machine m, int n) {
      SharedInt x = booted(m, 1)[0];
      for (int i = 1; i <= n; i++) {
        m.spawnKthread("adder" + i, () -> x.writeOnce(x.readOnce() + 1));
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
  LASTZERO("lastzero", 15, "N tasks fill an array, one looks for its last zero") {
    @Override
    void load(Machine m, int n) {
      SharedInt[] array = booted(m, n + 1);
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
        m.spawnKthread("writer" + i, () -> own.writeOnce(below.readOnce() + 1));
      }
    }

    @Override
    public long schedules(int n) {
      return n == 1 ? 2 : (n + 3L) << n - 2;
    }
  },

  /** Two tasks each write their variable and read the other's: 3 schedules. */
  SB("sb", 2, "store buffering: two tasks each write one variable and read the other") {
    @Override
    void load(Machine m, int n) {
      SharedInt[] x = booted(m, 2);
      for (int i = 0; i < 2; i++) {
        SharedInt own = x[i];
        SharedInt other = x[1 - i];
        m.spawnKthread(
            "task" + i,
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
  private final String about;

  ClassicPrograms(String key, int size, String about) {
    this.key = key;
    this.size = size;
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

  abstract void load(Machine m, int n);

  /**
   * The program of a size.
   *
   * @throws IllegalArgumentException if there is none of that size
   */
  public Program ofSize(int n) {
    if (n < 1 || n > 62) {
      throw new IllegalArgumentException(key + ":" + n + " is out of range; write 1 to 62");
    }
    return m -> load(m, n);
  }

  /** All of them. */
  public static List<ClassicPrograms> all() {
    return List.of(values());
  }

  private static SharedInt[] booted(Machine m, int count) {
    SharedInt[] x = new SharedInt[count];
    m.boot(
        () -> {
          for (int i = 0; i < count; i++) {
            x[i] = new SharedInt("x" + i, 0);
          }
        });
    return x;
  }

  private static long factorial(int n) {
    long f = 1;
    for (int i = 2; i <= n; i++) {
      f *= i;
    }
    return f;
  }
}
