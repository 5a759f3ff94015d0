package org.dmsim.machine;

import org.dmsim.report.DmsimFault;

/**
 * An object that two tasks can see. It is what a person would call it: its name, who made it, and
 * how many of that name he had made before. That is the same in every schedule, and the number that
 * stands for it too.
 */
public abstract class Shared {

  /** The number of an object that was made outside machines, for real threads. */
  public static final long NONE = 0;

  /** In place of the count, of an object that its label tells from all others. */
  private static final int TOLD_BY_LABEL = -1;

  /** In place of the count, of an object that was made outside machines. */
  private static final int OUTSIDE = -2;

  private final String name;
  private final Maker maker;
  private final int nth;

  /** Found when it is first asked for: most objects are made, used and freed without a question. */
  private long id;

  /**
   * Made by the current task, or outside any machine.
   *
   * @param name the kernel's: {@code &md->suspend_lock}
   */
  protected Shared(String name) {
    this.name = name;
    Task t = Task.current();
    if (t == null) {
      maker = null;
      nth = OUTSIDE;
    } else {
      maker = t.making();
      nth = maker.count(name);
    }
  }

  /**
   * Made when somebody first looks at it, and the same whoever does: a page of a disk, say. Its
   * label tells it from all others.
   *
   * @param maker who would have made it; null for the machine itself
   * @param nth its number among those of its name
   */
  protected Shared(Maker maker, String name, long nth) {
    this.name = name;
    this.maker = maker;
    this.nth = TOLD_BY_LABEL;
    this.id = Maker.identity(maker == null ? 0 : maker.identity(), name, nth);
  }

  /** One that a task counts by itself, apart from what it makes by that name. */
  Shared(Task maker, String name) {
    this.name = name;
    this.maker = maker.making();
    this.nth = TOLD_BY_LABEL;
    this.id = Maker.identity(Task.identityOf(maker.index()), name, maker.nextStore());
  }

  /** The number that stands for it; {@link #NONE} outside machines. */
  public final long id() {
    return id == NONE && nth >= 0 ? id = Maker.identity(maker.identity(), name, nth) : id;
  }

  /** The name by which a kernel person knows it, such as {@code md->map}. */
  public String label() {
    return name;
  }

  /** Its name, with what tells it from others of that name: {@code md->map of 252:0}. */
  public final String identity() {
    String which = nth <= 0 ? label() : label() + " no. " + (nth + 1);
    return maker == null || nth == TOLD_BY_LABEL || maker.toString().isEmpty()
        ? which
        : which + " of " + maker;
  }

  /** Whether it was there before the tasks began. */
  protected final boolean isOfSetUp() {
    return maker != null && maker.isSetUp();
  }

  /** Refuses an object that has no identity: a search could not tell it from another one. */
  final void mustHaveIdentity() {
    if (nth == OUTSIDE) {
      throw new DmsimFault(
          label()
              + " was made outside the machine that uses it; make it in Machine.boot or a task");
    }
  }

  @Override
  public String toString() {
    return label();
  }
}
