package org.dmsim.lockdep;

import java.util.HashMap;
import java.util.Map;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MachineKey;

/** What lockdep knows in one machine: the classes, and RCU's own maps. */
public final class Lockdep {

  private static final MachineKey<Lockdep> KEY = new MachineKey<>(Lockdep::new);
  private static final long KERNEL_IMAGE = 0xffff_ffff_81cb_0000L;

  private final Machine machine;
  private final boolean preemptibleRcu;
  private final boolean configured;
  private final Map<String, LockClass> classes = new HashMap<>();
  private boolean debugLocks;

  /** {@code rcu_lock_map}: a normal RCU reader. */
  public final LockMap rcu = rcuMap("rcu_read_lock", 0x6e0, WaitType.SPIN);

  /** {@code rcu_bh_lock_map}: a reader with bottom halves off. */
  public final LockMap rcuBh = rcuMap("rcu_read_lock_bh", 0x720, WaitType.SPIN);

  /** {@code rcu_sched_lock_map}: a reader with preemption off. */
  public final LockMap rcuSched = rcuMap("rcu_read_lock_sched", 0x760, WaitType.SPIN);

  /** {@code rcu_callback_map}: held while an RCU callback runs. */
  public final LockMap rcuCallback = rcuMap("rcu_callback", 0x7a0, WaitType.INVALID);

  private Lockdep(Machine machine) {
    this.machine = machine;
    this.configured = machine.configuration().checks();
    this.debugLocks = configured;
    this.preemptibleRcu = machine.configuration().preemption().hasPreemptibleRcu();
  }

  private static LockMap rcuMap(String name, int offset, WaitType inner) {
    WaitType outer = inner == WaitType.INVALID ? WaitType.INVALID : WaitType.FREE;
    return new LockMap(name, outer, inner, KERNEL_IMAGE + 0xe000 + offset);
  }

  /** That of a machine. */
  public static Lockdep of(Machine machine) {
    return machine.part(KEY);
  }

  Machine machine() {
    return machine;
  }

  /** {@code debug_locks}: false without checks, and after lockdep's first report. */
  public boolean isOn() {
    return debugLocks;
  }

  /** Whether the kernel is one with the debug checks. */
  public boolean isConfigured() {
    return configured;
  }

  /**
   * {@code debug_locks_off}: from here on lockdep says nothing.
   *
   * @return whether it was on
   */
  public boolean turnOff() {
    boolean was = debugLocks;
    debugLocks = false;
    return was;
  }

  /** Whether RCU counts its readers itself. */
  public boolean hasPreemptibleRcu() {
    return preemptibleRcu;
  }

  LockClass register(LockMap map, int subclass) {
    return classes.computeIfAbsent(
        subclass == 0 ? map.name() : map.name() + "/" + subclass,
        n -> new LockClass(classes.size(), map, subclass));
  }
}
