package org.dmsim.timer;

import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Cpu;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MachineKey;
import org.dmsim.machine.Task;

/** What PREEMPT_RT adds to {@code struct timer_base}: a lock held while timers go off, 6.12. */
final class TimerBases {

  private static final MachineKey<TimerBases> KEY = new MachineKey<>("timers", TimerBases::new);

  private final SpinLock[] expiry;

  private TimerBases(Machine machine) {
    expiry = new SpinLock[machine.cpuCount()];
    for (int i = 0; i < expiry.length; i++) {
      expiry[i] = new SpinLock("&base->expiry_lock");
    }
  }

  static TimerBases of(Task t) {
    return t.machine().part(KEY);
  }

  SpinLock expiryLock(Cpu cpu) {
    return expiry[cpu.number()];
  }
}
