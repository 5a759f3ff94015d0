package org.dmsim.faults;

import java.util.function.Supplier;
import org.dmsim.machine.Machine;
import org.dmsim.report.KernelSymbol;

/** Faults of the live table's protocol. Each is the protocol with one step changed. */
public enum BracketFault {
  /** A reader inside RCU is not waited for. */
  SYNC_WITHOUT_RCU("waits for the sleeping readers only, in dm_sync_table") {
    @Override
    Bracket make() {
      return new Bracket() {
        @Override
        void sync() {
          ioBarrier.synchronize();
        }
      };
    }
  },
  /** A reader inside SRCU is not waited for. */
  SYNC_WITHOUT_SRCU("waits for the fast readers only, in dm_sync_table") {
    @Override
    Bracket make() {
      return new Bracket() {
        @Override
        void sync() {
          waitForFast();
        }
      };
    }
  },
  /** The wait comes too late. */
  FREES_BEFORE_IT_WAITS("frees the old table before dm_sync_table") {
    @Override
    Bracket make() {
      return new Bracket() {
        @Override
        void retire(Table old) {
          old.free();
          sync();
        }
      };
    }
  },
  /** Who is waited for is not who uses the old table. */
  WAITS_BEFORE_IT_SWAPS("calls dm_sync_table before the new table is published") {
    @Override
    Bracket make() {
      return new Bracket() {
        @Override
        Table exchange(Table fresh) {
          sync();
          return super.exchange(fresh);
        }

        @Override
        void retire(Table old) {
          old.free();
        }
      };
    }
  },
  /** What was read before the bracket opened is not protected by it. */
  READS_OUTSIDE("reads the pointer before it opens the bracket") {
    @Override
    Bracket make() {
      return new Bracket() {
        @Override
        int readSleeping() {
          Table t = map.readOnce();
          int idx = ioBarrier.readLock();
          int version = use(t);
          ioBarrier.readUnlock(idx);
          return version;
        }
      };
    }
  },
  /** As that, at the other end. */
  USES_AFTER_PUT("uses the table after it has closed the bracket") {
    @Override
    Bracket make() {
      return new Bracket() {
        @Override
        public int readFast() {
          lockFast();
          Table t = map.readOnce();
          unlockFast();
          return use(t);
        }
      };
    }
  },
  /** The half that the reader is on looks empty too early, the other one never again. */
  PUTS_ON_WRONG_INDEX("puts on the other index than it got") {
    @Override
    Bracket make() {
      return new Bracket() {
        @Override
        int readSleeping() {
          int idx = ioBarrier.readLock();
          int version = use(map.readOnce());
          ioBarrier.readUnlock(1 - idx);
          return version;
        }
      };
    }
  },
  /** The next swap waits for ever. */
  FORGETS_THE_PUT("leaves the bracket open") {
    @Override
    Bracket make() {
      return new Bracket() {
        @Override
        int readSleeping() {
          ioBarrier.readLock();
          return use(map.readOnce());
        }
      };
    }
  },
  /** Another reader's section is closed with it. */
  PUTS_TWICE("closes the bracket twice") {
    @Override
    Bracket make() {
      return new Bracket() {
        @Override
        int readSleeping() {
          int idx = ioBarrier.readLock();
          int version = use(map.readOnce());
          ioBarrier.readUnlock(idx);
          ioBarrier.readUnlock(idx);
          return version;
        }
      };
    }
  },
  /** The bracket that protects is not the one that is waited for. */
  OPENS_ONE_CLOSES_THE_OTHER("opens SRCU, and closes RCU") {
    @Override
    Bracket make() {
      return new Bracket() {
        @Override
        int readSleeping() {
          ioBarrier.readLock();
          int version = use(map.readOnce());
          unlockFast();
          return version;
        }
      };
    }
  },
  /** Two of them take the same old table out. */
  SWAPS_WITHOUT_THE_LOCK("swaps without suspend_lock") {
    @Override
    Bracket make() {
      return new Bracket() {
        @Override
        @KernelSymbol("swap")
        int swap(int version) {
          Table old = exchange(new Table(version));
          retire(old);
          return old.version();
        }
      };
    }
  };

  private final String what;

  BracketFault(String what) {
    this.what = what;
  }

  abstract Bracket make();

  /** Whom it takes to show on real threads. */
  String threads() {
    return switch (this) {
      case SYNC_WITHOUT_RCU, USES_AFTER_PUT -> "readFast | replace";
      case SWAPS_WITHOUT_THE_LOCK -> "read | replace | replace";
      case PUTS_ON_WRONG_INDEX, FORGETS_THE_PUT, PUTS_TWICE, OPENS_ONE_CLOSES_THE_OTHER ->
          "read | replace replace";
      default -> "read | replace";
    };
  }

  /** What is wrong with it; completes "A live table that". */
  public String what() {
    return what;
  }

  static void load(Machine m, Supplier<Bracket> maker) {
    Bracket[] b = new Bracket[1];
    m.boot(() -> b[0] = maker.get());
    m.spawnKthread("sleeping reader", b[0]::readSleeping);
    m.spawnKthread("fast reader", b[0]::readFast);
    m.spawnKthread("swap", () -> b[0].swap(1));
    m.spawnKthread("swap", () -> b[0].swap(2));
  }
}
