package org.dmsim.examples;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.dmsim.rcu.RcuDomain;
import org.dmsim.rcu.RcuPointer;
import org.dmsim.rcu.RcuReader;

/** Buffers that go back to a pool once nobody reads them; the updater does not wait for that. */
public final class Retired {

  private final RcuDomain domain = new RcuDomain();
  private final RcuPointer<ByteBuffer> live = new RcuPointer<>("buffer");
  private final Queue<ByteBuffer> pool = new ArrayDeque<>();

  Retired(ByteBuffer first) {
    live.assign(first);
  }

  /** Adds up what the live buffer held at so many looks; a reader of its own for each thread. */
  long sum(int looks) {
    RcuReader reader = domain.reader();
    long sum = 0;
    for (int i = 0; i < looks; i++) {
      reader.lock();
      sum += live.dereference().get(0);
      reader.unlock();
    }
    return sum;
  }

  /** One updater at a time. */
  void replace(ByteBuffer next) {
    ByteBuffer old = live.replace(next, () -> true);
    domain.call(() -> pool.add(old));
  }

  /** How many have come back, of all that were replaced before. */
  int returned() {
    domain.barrier();
    return pool.size();
  }

  /** Prints {@code 3}, then {@code 1}. */
  public static void main(String[] args) {
    Retired buffers = new Retired(ByteBuffer.allocate(1).put(0, (byte) 1));
    long before = buffers.sum(1);
    buffers.replace(ByteBuffer.allocate(1).put(0, (byte) 2));
    System.out.println(before + buffers.sum(1));
    System.out.println(buffers.returned());
  }
}
