package org.dmsim.machine;

/**
 * One store that a CPU has made and that is on its way to memory. To a search it is an object of
 * its own, which the store makes and the flush uses up.
 */
public final class Store extends Shared {

  private static final Store[] NOTHING = {};

  private final Task by;
  private final Shared object;
  private final Target target;
  private final Object keeper;
  private final Object value;
  private final Access access;

  /** What has to be in memory before it; under TSO the order in the buffer says so. */
  Store[] after = NOTHING;

  boolean flushed;

  /** Where a value is kept. There is one of these a field. */
  public interface Target {
    /** Puts a value there: everybody sees it from here on. */
    void reach(Object keeper, Object value);
  }

  /**
   * The next store of a task.
   *
   * @param object what a search knows the value's place by
   * @param access what it does to that when it reaches memory
   */
  Store(Task by, Shared object, Access access, Target target, Object keeper, Object value) {
    super(by, "store");
    this.by = by;
    this.object = object;
    this.access = access;
    this.target = target;
    this.keeper = keeper;
    this.value = value;
  }

  /** Who made it. */
  public Task by() {
    return by;
  }

  /** The object that it changes once it reaches memory. */
  public Shared object() {
    return object;
  }

  Access access() {
    return access;
  }

  /** What is stored. */
  public Object value() {
    return value;
  }

  boolean isTo(Target t, Object k) {
    return target == t && keeper == k;
  }

  boolean isToSamePlaceAs(Store other) {
    return isTo(other.target, other.keeper);
  }

  /** Whether nothing has to reach memory before it. */
  boolean mayReachMemory() {
    for (Store s : after) {
      if (!s.flushed) {
        return false;
      }
    }
    return true;
  }

  void reachMemory() {
    flushed = true;
    target.reach(keeper, value);
  }

  @Override
  public String label() {
    return "store to " + object.label();
  }
}
