package org.dmsim.rcu;

import org.dmsim.machine.Cpu;
import org.dmsim.machine.Machine;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Task;

/**
 * Faults of a machine's RCU, put in on purpose to see that they are found. Each is the algorithm
 * with one step changed.
 */
public enum RcuFault {
  /** The first unlock ends the section, also an inner one. */
  FORGETS_NESTING("keeps a flag where it should count nested sections") {
    @Override
    RcuState state(Machine machine) {
      return new RcuState(machine) {
        @Override
        void enter(Task t) {
          t.rcuReadLockNesting = 1;
        }

        @Override
        void leave(Task t) {
          t.rcuReadLockNesting = 0;
          reportReader(t);
        }
      };
    }
  },
  /** A context switch counts as a quiescent state, whoever is switched away from. */
  SLEEPER_IS_QUIESCENT("takes a preemptible reader for quiescent once it leaves its CPU") {
    @Override
    RcuState state(Machine machine) {
      return new RcuState(machine) {
        @Override
        void queueReader(Cpu cpu, Task t) {
          running().forEach(gp -> gp.readers.remove(t));
        }
      };
    }
  },
  /** The first report is taken for the last. */
  FIRST_CPU_ENDS_IT("ends a grace period when the first CPU has reported") {
    @Override
    RcuState state(Machine machine) {
      return new RcuState(machine) {
        @Override
        GracePeriod start(Task self, boolean sleeps) {
          GracePeriod gp = super.start(self, sleeps);
          if (Long.bitCount(gp.cpus) < cpuCount()) {
            gp.cpus = 0;
            gp.readers.clear();
          }
          return gp;
        }
      };
    }
  },
  /** The list of blocked readers is kept, and not looked at. */
  FORGETS_BLOCKED_READERS("does not ask the readers that are on no CPU") {
    @Override
    RcuState state(Machine machine) {
      return new RcuState(machine) {
        @Override
        void askBlockedReaders(GracePeriod gp) {}
      };
    }
  },
  /** The first reader to report ends the wait for all. */
  ONE_READER_REPORTS_FOR_ALL("takes one reader's report for that of all") {
    @Override
    RcuState state(Machine machine) {
      return new RcuState(machine) {
        @Override
        void readerIsDone(GracePeriod gp, Task t) {
          gp.readers.clear();
        }
      };
    }
  },
  /** On a kernel without preemptible RCU these are all the readers there are. */
  IGNORES_PREEMPTION_OFF("does not take code with preemption off for a reader") {
    @Override
    RcuState state(Machine machine) {
      return new RcuState(machine) {
        @Override
        boolean isQuiescent(Cpu cpu) {
          return true;
        }
      };
    }

    @Override
    public PreemptionModel preemption() {
      return PreemptionModel.NONE;
    }
  },
  /** What a callback frees may still be in use. */
  CALLBACK_AT_ONCE("runs callbacks without a grace period") {
    @Override
    RcuState state(Machine machine) {
      return new RcuState(machine) {
        @Override
        void call(Task self, Runnable callback) {
          callback.run();
        }
      };
    }
  },
  /** Who unloads code after it pulls the ground from under a callback. */
  BARRIER_WAITS_FOR_NOBODY("returns from rcu_barrier at once") {
    @Override
    RcuState state(Machine machine) {
      return new RcuState(machine) {
        @Override
        void barrier() {}
      };
    }
  };

  private final String what;

  RcuFault(String what) {
    this.what = what;
  }

  abstract RcuState state(Machine machine);

  /** The preemption model under which it shows. */
  public PreemptionModel preemption() {
    return PreemptionModel.FULL;
  }

  /** What is wrong with it; completes "RCU that". */
  public String what() {
    return what;
  }

  /** Gives a machine that has not used RCU yet one with this fault; called while it is set up. */
  public void install(Machine machine) {
    machine.putPart(RcuState.KEY, () -> state(machine));
  }
}
