package org.dmsim.dm.device;

import java.util.concurrent.atomic.AtomicLongArray;
import org.dmsim.machine.Access;
import org.dmsim.machine.Cpu;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;

/**
 * Bios in flight: {@code md->pending_io}, a counter for each CPU. Only the sum means anything,
 * because a bio may end on another CPU than it started on.
 */
final class PendingIo extends Shared {

  private final AtomicLongArray perCpu;

  PendingIo(int cpus) {
    super("md->pending_io");
    perCpu = new AtomicLongArray(cpus);
  }

  void inc() {
    add(1);
  }

  void dec() {
    add(-1);
  }

  private void add(int n) {
    if (Sched.point(this, Access.ADD)) {
      int cpu = cpu();
      perCpu.setPlain(cpu, perCpu.getPlain(cpu) + n);
    } else {
      perCpu.getAndAdd(0, n);
    }
  }

  /** {@code dm_in_flight_bios}: whether there are any. */
  boolean any() {
    Sched.point(this, Access.READ);
    return sum() != 0;
  }

  /** How many; no scheduling point. */
  long sum() {
    long sum = 0;
    for (int i = 0; i < perCpu.length(); i++) {
      sum += perCpu.get(i);
    }
    return sum;
  }

  private static int cpu() {
    Cpu cpu = Task.current().cpu();
    return cpu == null ? 0 : cpu.number();
  }
}
