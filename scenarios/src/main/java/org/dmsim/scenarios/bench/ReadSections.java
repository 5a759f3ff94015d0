package org.dmsim.scenarios.bench;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.dmsim.rcu.Rcu;
import org.dmsim.rcu.RcuDomain;
import org.dmsim.rcu.RcuPointer;
import org.dmsim.srcu.SrcuStruct;

/** Ways to read what another thread may replace: each opens a section, reads, and closes it. */
enum ReadSections {
  /** {@code Rcu}, which all threads share. */
  RCU("RCU: lock, dereference, unlock") {
    @Override
    Shared make() {
      return new Shared() {
        private final RcuPointer<long[]> live = pointer();

        @Override
        public long read(int n) {
          long sum = 0;
          for (int i = 0; i < n; i++) {
            Rcu.readLock();
            sum += live.dereference()[0];
            Rcu.readUnlock();
          }
          return sum;
        }

        @Override
        public void swap() {
          live.assign(new long[] {1});
          Rcu.synchronize();
        }
      };
    }
  },
  /** A domain of one's own. */
  RCU_DOMAIN("RCU, a domain of its own") {
    @Override
    Shared make() {
      return new Shared() {
        private final RcuPointer<long[]> live = pointer();
        private final RcuDomain domain = new RcuDomain();

        @Override
        public long read(int n) {
          long sum = 0;
          for (int i = 0; i < n; i++) {
            domain.readLock();
            sum += live.dereference()[0];
            domain.readUnlock();
          }
          return sum;
        }

        @Override
        public void swap() {
          live.assign(new long[] {1});
          domain.synchronize();
        }
      };
    }
  },
  /** The live table's policy up to 5.18 and from 6.6 on. */
  SRCU("SRCU: live table's get, read, put") {
    @Override
    Shared make() {
      return new Shared() {
        private final RcuPointer<long[]> live = pointer();
        private final SrcuStruct domain = new SrcuStruct("&md->io_barrier");

        @Override
        public long read(int n) {
          long sum = 0;
          for (int i = 0; i < n; i++) {
            int idx = domain.readLock();
            sum += live.access()[0];
            domain.readUnlock(idx);
          }
          return sum;
        }

        @Override
        public void swap() {
          live.assign(new long[] {1});
          domain.synchronize();
        }
      };
    }
  },
  /** The live table's policy up to 3.12. */
  REFERENCE_COUNT("count under a rwlock: get, read, put") {
    @Override
    Shared make() {
      return new Shared() {
        private final ReentrantReadWriteLock mapLock = new ReentrantReadWriteLock();
        private final AtomicInteger holders = new AtomicInteger();
        private long[] live = {1};

        @Override
        public long read(int n) {
          long sum = 0;
          for (int i = 0; i < n; i++) {
            mapLock.readLock().lock();
            long[] table = live;
            holders.incrementAndGet();
            mapLock.readLock().unlock();
            sum += table[0];
            holders.decrementAndGet();
          }
          return sum;
        }

        @Override
        public void swap() {
          mapLock.writeLock().lock();
          live = new long[] {1};
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
        private long[] live = {1};

        @Override
        public long read(int n) {
          long sum = 0;
          for (int i = 0; i < n; i++) {
            lock.readLock().lock();
            sum += live[0];
            lock.readLock().unlock();
          }
          return sum;
        }

        @Override
        public void swap() {
          lock.writeLock().lock();
          live = new long[] {1};
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
        private long[] live = {1};

        @Override
        public long read(int n) {
          long sum = 0;
          for (int i = 0; i < n; i++) {
            long stamp = lock.readLock();
            sum += live[0];
            lock.unlockRead(stamp);
          }
          return sum;
        }

        @Override
        public void swap() {
          long stamp = lock.writeLock();
          live = new long[] {1};
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
        private long[] live = {1};

        @Override
        public long read(int n) {
          long sum = 0;
          for (int i = 0; i < n; i++) {
            long stamp = lock.tryOptimisticRead();
            long value = live[0];
            while (!lock.validate(stamp)) {
              stamp = lock.tryOptimisticRead();
              value = live[0];
            }
            sum += value;
          }
          return sum;
        }

        @Override
        public void swap() {
          long stamp = lock.writeLock();
          live = new long[] {1};
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

  String label() {
    return label;
  }

  private static RcuPointer<long[]> pointer() {
    RcuPointer<long[]> p = new RcuPointer<>("live");
    p.assign(new long[] {1});
    return p;
  }
}
