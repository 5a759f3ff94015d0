package org.dmsim.rcu;

/**
 * Faults of RCU on real threads, put in on purpose; each is the algorithm with one step changed.
 */
public enum ThreadRcuFault {
  /** The first unlock ends the section, also an inner one. */
  FORGETS_NESTING("keeps a flag where it should count nested sections") {
    @Override
    ThreadRcu rcu() {
      return new ThreadRcu() {
        @Override
        void exitInner(Reader r, long state) {
          r.leaveAll();
        }
      };
    }
  },
  /** The first reader looked at is taken for all. */
  FIRST_THREAD_ENDS_IT("waits for the first thread only") {
    @Override
    ThreadRcu rcu() {
      return new ThreadRcu() {
        @Override
        void waitForReaders(long started) {
          await(readers().getFirst(), started);
        }
      };
    }
  },
  /** Readers that were there look as if they had come later. */
  NO_NEW_EPOCH("does not open a new epoch") {
    @Override
    ThreadRcu rcu() {
      return new ThreadRcu() {
        @Override
        long newEpoch() {
          return 0;
        }
      };
    }
  },
  /** The wait looks long enough. */
  GIVES_UP("waits for a reader no longer than one look") {
    @Override
    ThreadRcu rcu() {
      return new ThreadRcu() {
        @Override
        void await(Reader r, long started) {
          holdsUp(r, started);
        }
      };
    }
  },
  /** What a callback frees may still be in use. */
  CALLBACK_AT_ONCE("runs callbacks without a grace period") {
    @Override
    ThreadRcu rcu() {
      return new ThreadRcu() {
        @Override
        void waitBeforeCallbacks() {}
      };
    }
  },
  /** What the callbacks still use may go away. */
  BARRIER_WAITS_FOR_NOBODY("returns from rcu_barrier at once") {
    @Override
    ThreadRcu rcu() {
      return new ThreadRcu() {
        @Override
        void barrier() {}
      };
    }
  };

  private final String what;

  ThreadRcuFault(String what) {
    this.what = what;
  }

  abstract ThreadRcu rcu();

  /** What is wrong with it; completes "RCU that". */
  public String what() {
    return what;
  }

  /** A domain with this fault. */
  public RcuDomain domain() {
    return new RcuDomain(rcu());
  }
}
