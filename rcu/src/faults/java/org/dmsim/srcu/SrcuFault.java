package org.dmsim.srcu;

import org.dmsim.machine.MemoryModel;
import org.dmsim.machine.Task;

/**
 * Faults of SRCU, put in on purpose to see that they are found. Each is the algorithm with one step
 * changed.
 */
public enum SrcuFault {
  /** A reader that took the index before the last flip and counts itself after it is missed. */
  ONE_SCAN("drains only the half that it flips away from") {
    @Override
    SrcuAlgorithm algorithm(String name) {
      return new Variant(name) {
        @Override
        void gracePeriod() {
          flip();
          drain();
        }
      };
    }
  },
  /** The readers that are there when the grace period starts are not waited for. */
  NO_SCAN_AFTER_FLIP("drains only before the flip") {
    @Override
    SrcuAlgorithm algorithm(String name) {
      return new Variant(name) {
        @Override
        void gracePeriod() {
          drain();
          flip();
        }
      };
    }
  },
  /** The half that readers use is never drained. */
  NO_FLIP("never flips the index") {
    @Override
    SrcuAlgorithm algorithm(String name) {
      return new Variant(name) {
        @Override
        void flip() {}
      };
    }
  },
  /** A flip between the two moves a reader from one half to the other. */
  UNLOCK_ON_LATER_INDEX("counts a reader out on the index read at unlock") {
    @Override
    SrcuAlgorithm algorithm(String name) {
      return new Variant(name) {
        @Override
        void leave(int half) {
          super.leave(readIndex() & 1);
        }
      };
    }
  },
  /** As that, at the other end. */
  LOCK_ON_LATER_INDEX("counts a reader in on an index read a second time") {
    @Override
    SrcuAlgorithm algorithm(String name) {
      return new Variant(name) {
        @Override
        int enter() {
          int half = readIndex() & 1;
          count(readIndex() & 1, false);
          fence(SrcuBarrier.B);
          return half;
        }
      };
    }
  },
  /** A reader that comes and goes between the sums hides one that stays. */
  LOCKS_SUMMED_FIRST("sums the locks before the unlocks") {
    @Override
    SrcuAlgorithm algorithm(String name) {
      return new Variant(name) {
        @Override
        boolean isDrained(int half) {
          long in = sum(half, false);
          fence(SrcuBarrier.A);
          return in == sum(half, true);
        }
      };
    }
  },
  /** The count stays in the CPU's store buffer while the section reads already. */
  NO_BARRIER("has no barrier between counting and reading") {
    @Override
    SrcuAlgorithm algorithm(String name) {
      return new Variant(name) {
        @Override
        void fence(SrcuBarrier which) {}
      };
    }
  },
  /** Two readers that count at the same time count once. */
  LOST_COUNT("counts all readers in one place, without an atomic increment") {
    @Override
    SrcuAlgorithm algorithm(String name) {
      return new Variant(name) {
        private final ReaderCounts one = new ReaderCounts();

        @Override
        void count(int half, boolean out) {
          looking(half);
          long seen = one.get(half, out);
          changing(half, out);
          one.set(half, out, seen + 1);
        }

        @Override
        long sum(int half, boolean out) {
          looking(half);
          return one.get(half, out);
        }
      };
    }
  },
  /** The wait looks long enough. */
  GIVES_UP("stops draining after two looks") {
    @Override
    SrcuAlgorithm algorithm(String name) {
      return new Variant(name) {
        @Override
        void drain() {
          int other = 1 ^ half();
          if (!isDrained(other)) {
            isDrained(other);
          }
        }
      };
    }
  },
  /** Two updaters flip and scan at the same time. */
  NO_TURNS("lets two grace periods run at once") {
    @Override
    SrcuGracePeriods gracePeriods(String name, SrcuAlgorithm algorithm) {
      return Task.current() == null
          ? new ThreadGracePeriods(algorithm) {
            @Override
            public void run() {
              algorithm.gracePeriod();
            }
          }
          : new MachineGracePeriods(name, algorithm) {
            @Override
            public void run() {
              algorithm.gracePeriod();
            }
          };
    }
  },
  /** Readers that came after the start of the running one are not waited for. */
  SHARES_THE_RUNNING_ONE("is content with a grace period that had begun before") {
    @Override
    SrcuGracePeriods gracePeriods(String name, SrcuAlgorithm algorithm) {
      return Task.current() == null
          ? new ThreadGracePeriods(algorithm) {
            @Override
            long needed(long begun, boolean oneRuns) {
              return oneRuns ? begun : begun + 1;
            }
          }
          : new MachineGracePeriods(name, algorithm) {
            @Override
            long needed(long begun, boolean oneRuns) {
              return oneRuns ? begun : begun + 1;
            }
          };
    }
  },
  /** What a callback frees may still be in use. */
  CALLBACK_TOO_EARLY("runs callbacks without a grace period") {
    @Override
    SrcuGracePeriods gracePeriods(String name, SrcuAlgorithm algorithm) {
      return Task.current() == null
          ? new ThreadGracePeriods(algorithm) {
            @Override
            void runBeforeCallbacks() {}
          }
          : new MachineGracePeriods(name, algorithm) {
            @Override
            void runBeforeCallbacks() {}
          };
    }
  };

  private final String what;

  SrcuFault(String what) {
    this.what = what;
  }

  /** The algorithm with every counter a step of its own. */
  private static class Variant extends SrcuAlgorithm {
    Variant(String name) {
      super(name, true);
    }
  }

  SrcuAlgorithm algorithm(String name) {
    return new Variant(name);
  }

  SrcuGracePeriods gracePeriods(String name, SrcuAlgorithm algorithm) {
    return SrcuGracePeriods.of(name, algorithm, new SrcuLocks(name, false));
  }

  /** The memory model under which it shows. */
  public MemoryModel memory() {
    return this == NO_BARRIER ? MemoryModel.TSO : MemoryModel.SC;
  }

  /** What is wrong with it; completes "SRCU that". */
  public String what() {
    return what;
  }

  /** A domain with this fault. */
  public SrcuStruct domain(String name) {
    SrcuAlgorithm algorithm = algorithm(name);
    return new SrcuStruct(name, algorithm, gracePeriods(name, algorithm));
  }

  /** A domain without a fault, in steps as fine as those of the faulty ones. */
  public static SrcuStruct sound(String name) {
    return new SrcuStruct(name, new Variant(name));
  }
}
