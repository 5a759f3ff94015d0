package org.dmsim.machine;

/**
 * An object that two tasks can see. Its identity is the same in every schedule: which task made it,
 * and as that task's how-manieth.
 */
public abstract class Shared {

  private final long id;

  /** Made by the current task, or outside any machine. */
  protected Shared() {
    Task maker = Task.current();
    id = maker == null ? -1 : maker.nextObjectId();
  }

  /**
   * Made when somebody first looks at it, and the same whoever does: a page of a disk, say.
   *
   * @param id its identity, below -1 and its own
   */
  protected Shared(long id) {
    this.id = id;
  }

  /**
   * The identity: maker's index in the high half, its count in the low half; -1 outside machines.
   */
  public final long id() {
    return id;
  }

  /** The name by which a kernel person knows it, such as {@code md->map}. */
  public abstract String label();

  @Override
  public String toString() {
    return label();
  }
}
