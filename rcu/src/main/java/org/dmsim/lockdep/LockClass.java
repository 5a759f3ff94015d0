package org.dmsim.lockdep;

/** A class of locks in one machine; mirrors {@code struct lock_class}, 6.1. */
final class LockClass {

  final int index;
  final String name;
  final WaitType outer;
  final WaitType inner;

  LockClass(int index, LockMap map, int subclass) {
    this.index = index;
    this.name = subclass == 0 ? map.name() : map.name() + "/" + subclass;
    this.outer = map.outer();
    this.inner = map.inner();
  }

  /** Mirrors {@code get_usage_chars}, 6.1. */
  String usageChars() {
    return "....";
  }

  /** Mirrors {@code print_lock_name}, 6.1, without the blank in front. */
  @Override
  public String toString() {
    return "(" + name + "){" + usageChars() + "}-{" + outer.number() + ":" + inner.number() + "}";
  }
}
