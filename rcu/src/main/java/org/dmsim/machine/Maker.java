package org.dmsim.machine;

import java.util.function.Supplier;
import org.dmsim.report.DmsimFault;

/**
 * Who makes objects that tasks share: a task, a part of the machine such as RCU, or an object that
 * consists of others, such as a mapped device. It counts what it makes by name, so that an object
 * is what a person would call it: "the second bio of dmsetup", "suspend_lock of 252:0".
 *
 * <p>Such a name does not change when its maker comes to make something else too, before it or
 * after.
 */
public final class Maker {

  private static final int FIRST_SIZE = 8;

  private final String name;
  private final long identity;
  private final boolean setUp;
  private String[] names = new String[FIRST_SIZE];
  private int[] counts = new int[FIRST_SIZE];
  private int known;

  /**
   * One that has made nothing yet.
   *
   * @param identity its own, the same in every schedule
   * @param setUp whether it makes what the machine is set up with
   */
  Maker(String name, long identity, boolean setUp) {
    this.name = name;
    this.identity = identity;
    this.setUp = setUp;
  }

  /**
   * One that is there whoever looks first, for objects that are made when somebody does.
   *
   * @param name what a person would call it: a disk's name
   * @param number tells it from others of that name that the machine has ever had
   */
  public static Maker of(String name, long number) {
    return new Maker(name, identity(0, name, number), true);
  }

  /**
   * Makes an object that consists of others: what its constructor makes is its own.
   *
   * @param name what a person would call it: {@code 252:0}
   */
  public static <T> T whole(String name, Supplier<T> constructor) {
    Task t = Task.current();
    if (t == null) {
      return constructor.get();
    }
    Maker outer = t.making();
    long identity = identity(outer.identity, name, outer.count(name));
    return t.making(new Maker(name, identity, outer.setUp), constructor);
  }

  /**
   * One whose parts are made when somebody first looks at them, and are the same whoever does. It
   * is the current task's.
   *
   * @param name what a person would call it: {@code hash_table of 252:0}
   */
  public static Maker ofParts(String name) {
    Task t = Task.current();
    if (t == null) {
      return new Maker(name, identity(0, name, 0), true);
    }
    Maker outer = t.making();
    return new Maker(name, identity(outer.identity, name, outer.count(name)), outer.setUp);
  }

  /** Makes one of its parts, with all that the constructor makes. */
  public <T> T part(int number, Supplier<T> constructor) {
    Task t = Task.current();
    if (t == null) {
      return constructor.get();
    }
    Maker part = new Maker(name + "[" + number + "]", identity(identity, name, number), setUp);
    return t.making(part, constructor);
  }

  /**
   * The identity of an object: a number that stands for these three, and is never 0.
   *
   * @param maker identity of its maker; 0 for the machine itself
   * @param nth how many of the name its maker made before
   */
  static long identity(long maker, String name, long nth) {
    long h = mixed(mixed(maker + 0x9e3779b97f4a7c15L) + name.hashCode());
    h = mixed(h + nth * 0xd1b54a32d192ed03L);
    return h == Shared.NONE ? 1 : h;
  }

  private static long mixed(long x) {
    long h = (x ^ x >>> 30) * 0xbf58476d1ce4e5b9L;
    h = (h ^ h >>> 27) * 0x94d049bb133111ebL;
    return h ^ h >>> 31;
  }

  /** How many of a name it made before this one. */
  int count(String what) {
    String[] all = names;
    int i = firstPlace(what);
    while (all[i] != what) {
      if (all[i] == null) {
        return countByText(what);
      }
      i = i + 1 & all.length - 1;
    }
    return counts[i]++;
  }

  private int firstPlace(String what) {
    return what.hashCode() * 0x9e3779b9 >>> 16 & names.length - 1;
  }

  /** As {@link #count}, of a string that is not one of those in the table, or a new name. */
  private int countByText(String what) {
    int hash = what.hashCode();
    int mask = names.length - 1;
    int i = firstPlace(what);
    for (String n = names[i]; n != null; n = names[i]) {
      if (n.hashCode() == hash) {
        if (!n.equals(what)) {
          throw new DmsimFault("'" + n + "' and '" + what + "' cannot be told apart: rename one");
        }
        return counts[i]++;
      }
      i = i + 1 & mask;
    }
    if (++known * 2 > names.length) {
      grow();
      known--;
      return countByText(what);
    }
    names[i] = what;
    counts[i] = 1;
    return 0;
  }

  private void grow() {
    String[] oldNames = names;
    int[] oldCounts = counts;
    names = new String[oldNames.length * 2];
    counts = new int[names.length];
    int mask = names.length - 1;
    for (int old = 0; old < oldNames.length; old++) {
      String n = oldNames[old];
      if (n != null) {
        int i = firstPlace(n);
        while (names[i] != null) {
          i = i + 1 & mask;
        }
        names[i] = n;
        counts[i] = oldCounts[old];
      }
    }
  }

  /** Its identity, which those of what it makes are derived from. */
  long identity() {
    return identity;
  }

  /** Whether it makes what the machine is set up with. */
  boolean isSetUp() {
    return setUp;
  }

  @Override
  public String toString() {
    return name;
  }
}
