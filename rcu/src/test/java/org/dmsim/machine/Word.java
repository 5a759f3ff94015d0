package org.dmsim.machine;

/** A word of memory for tests: each access is a scheduling point. */
final class Word extends Shared {
  private int value;

  Word() {
    super("word");
  }

  int read() {
    Sched.point(this, Access.READ);
    return value;
  }

  void write(int v) {
    Sched.point(this, Access.WRITE);
    value = v;
  }

  /** Waits until the word has a value, then takes it back to zero, in one step. */
  void awaitAndClear(int wanted) {
    Sched.await(this, Access.WRITE, blocker(wanted));
    value = 0;
  }

  boolean awaitFor(int wanted, long nanoseconds) {
    return Sched.await(this, Access.READ, blocker(wanted), nanoseconds);
  }

  void spinUntil(int wanted) {
    Sched.spin(this, Access.READ, blocker(wanted));
  }

  private Blocker blocker(int wanted) {
    return new Blocker() {
      @Override
      public boolean ready() {
        return value == wanted;
      }

      @Override
      public String waitsFor() {
        return "word to be " + wanted;
      }
    };
  }
}
