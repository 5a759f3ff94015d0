package org.dmsim.scenarios.bench;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.dmsim.block.Opf;
import org.dmsim.rcu.Rcu;
import org.dmsim.rcu.RcuDomain;
import org.dmsim.rcu.RcuPointer;
import org.dmsim.rcu.RcuReader;
import org.dmsim.srcu.SrcuStruct;

/** Ways to read what another thread may replace: each opens a section, reads, and closes it. */
enum ReadSections {
  /** {@code Rcu}, which all threads share. */
  RCU("RCU: lock, dereference, unlock") {
    @Override
    Shared make() {
      return new Pointed() {
        @Override
        public long read(int n) {
          RcuPointer<Value> pointer = live;
          long sum = 0;
          for (int i = 0; i < n; i++) {
            Rcu.readLock();
            sum += pointer.dereference().number;
            Rcu.readUnlock();
          }
          return sum;
        }

        @Override
        void synchronize() {
          Rcu.synchronize();
        }
      };
    }
  },
  /** A domain of one's own. */
  RCU_DOMAIN("RCU, a domain of its own") {
    @Override
    Shared make() {
      return new Pointed() {
        private final RcuDomain domain = new RcuDomain();

        @Override
        public long read(int n) {
          RcuPointer<Value> pointer = live;
          RcuDomain readers = domain;
          long sum = 0;
          for (int i = 0; i < n; i++) {
            readers.readLock();
            sum += pointer.dereference().number;
            readers.readUnlock();
          }
          return sum;
        }

        @Override
        void synchronize() {
          domain.synchronize();
        }
      };
    }
  },
  /** The same, where the thread keeps its place in the domain. */
  RCU_KEPT("RCU, a reader kept at hand") {
    @Override
    Shared make() {
      return new Pointed() {
        private final RcuDomain domain = new RcuDomain();

        @Override
        public long read(int n) {
          RcuPointer<Value> pointer = live;
          RcuReader reader = domain.reader();
          long sum = 0;
          for (int i = 0; i < n; i++) {
            reader.lock();
            sum += pointer.dereference().number;
            reader.unlock();
          }
          return sum;
        }

        @Override
        void synchronize() {
          domain.synchronize();
        }
      };
    }
  },
  /** A domain of SRCU. */
  SRCU("SRCU: lock, dereference, unlock") {
    @Override
    Shared make() {
      return new Pointed() {
        private final SrcuStruct domain = new SrcuStruct("&md->io_barrier");

        @Override
        public long read(int n) {
          RcuPointer<Value> pointer = live;
          SrcuStruct readers = domain;
          long sum = 0;
          for (int i = 0; i < n; i++) {
            int idx = readers.readLock();
            sum += pointer.access().number;
            readers.readUnlock(idx);
          }
          return sum;
        }

        @Override
        void synchronize() {
          domain.synchronize();
        }
      };
    }
  },
  /** The live table's policy up to 5.18 and from 6.6 on. */
  LIVE_TABLE_SRCU("live table: get, read, put by SRCU") {
    @Override
    Shared make() {
      return new LiveTables(0);
    }
  },
  /** The live table's policy from 5.19 to 6.6-rc1, for a bio with REQ_NOWAIT. */
  LIVE_TABLE_RCU("live table: by RCU, for NOWAIT") {
    @Override
    Shared make() {
      return new LiveTables(Opf.REQ_NOWAIT);
    }
  },
  /** The live table's policy up to 3.12, made of the JDK's parts. */
  REFERENCE_COUNT("live table: count under a rwlock") {
    @Override
    Shared make() {
      return new Shared() {
        private final ReentrantReadWriteLock mapLock = new ReentrantReadWriteLock();
        private final AtomicInteger holders = new AtomicInteger();
        private Value live = new Value(1);

        @Override
        public long read(int n) {
          long sum = 0;
          for (int i = 0; i < n; i++) {
            mapLock.readLock().lock();
            Value table = live;
            holders.incrementAndGet();
            mapLock.readLock().unlock();
            sum += table.number;
            holders.decrementAndGet();
          }
          return sum;
        }

        @Override
        public void swap() {
          mapLock.writeLock().lock();
          live = new Value(1);
          mapLock.writeLock().unlock();
        }
      };
    }
  },
  /** The JDK's. */
  READ_WRITE_LOCK("ReentrantReadWriteLock") {
    @Override
    Shared make() {
      return new Shared() {
        private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        private Value live = new Value(1);

        @Override
        public long read(int n) {
          long sum = 0;
          for (int i = 0; i < n; i++) {
            lock.readLock().lock();
            sum += live.number;
            lock.readLock().unlock();
          }
          return sum;
        }

        @Override
        public void swap() {
          lock.writeLock().lock();
          live = new Value(1);
          lock.writeLock().unlock();
        }
      };
    }
  },
  /** The JDK's, locked for reading. */
  STAMPED_LOCK("StampedLock, read lock") {
    @Override
    Shared make() {
      return new Shared() {
        private final StampedLock lock = new StampedLock();
        private Value live = new Value(1);

        @Override
        public long read(int n) {
          long sum = 0;
          for (int i = 0; i < n; i++) {
            long stamp = lock.readLock();
            sum += live.number;
            lock.unlockRead(stamp);
          }
          return sum;
        }

        @Override
        public void swap() {
          long stamp = lock.writeLock();
          live = new Value(1);
          lock.unlockWrite(stamp);
        }
      };
    }
  },
  /** The JDK's; the value is thrown away and read again if a writer was there. */
  OPTIMISTIC("StampedLock, optimistic read") {
    @Override
    Shared make() {
      return new Shared() {
        private final StampedLock lock = new StampedLock();
        private Value live = new Value(1);

        @Override
        public long read(int n) {
          long sum = 0;
          for (int i = 0; i < n; i++) {
            long stamp = lock.tryOptimisticRead();
            long value = live.number;
            while (!lock.validate(stamp)) {
              stamp = lock.tryOptimisticRead();
              value = live.number;
            }
            sum += value;
          }
          return sum;
        }

        @Override
        public void swap() {
          long stamp = lock.writeLock();
          live = new Value(1);
          lock.unlockWrite(stamp);
        }
      };
    }
  };

  private final String label;

  ReadSections(String label) {
    this.label = label;
  }

  /** What is read, and replaced. */
  interface Shared {
    /** Reads so many times; returns what cannot be left out. */
    long read(int n);

    /** Replaces what is read, and waits until the old is nobody's. */
    void swap();
  }

  abstract Shared make();

  /** What is pointed at. */
  static final class Value {
    final long number;

    Value(long number) {
      this.number = number;
    }
  }

  String label() {
    return label;
  }

  /** What is read through a pointer, by readers whom the writer waits for. */
  private abstract static class Pointed implements Shared {
    final RcuPointer<Value> live = new RcuPointer<>("live");

    Pointed() {
      live.assign(new Value(1));
    }

    @Override
    public void swap() {
      live.assign(new Value(1));
      synchronize();
    }

    abstract void synchronize();
  }
}
