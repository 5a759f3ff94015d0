package org.dmsim.lockdep;

import java.util.HashMap;
import java.util.Map;
import org.dmsim.machine.ContextHook;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MachineKey;
import org.dmsim.machine.Task;
import org.dmsim.splat.ReportPolicy;

/**
 * What lockdep knows in one machine: the classes, the chains seen, and maps of the kernel's own.
 */
public final class Lockdep implements ContextHook {

  private static final MachineKey<Lockdep> KEY = new MachineKey<>("lockdep", 1, Lockdep::new);
  private static final long KERNEL_IMAGE = 0xffff_ffff_81cb_0000L;

  private final Machine machine;
  private final boolean preemptibleRcu;
  private final boolean configured;
  private final LockdepReports reports = new LockdepReports(this);
  private final Map<String, LockClass> classes = new HashMap<>();
  private long[] chains = {};
  private int chainCount;
  private boolean debugLocks;
  private final boolean waitTypes;
  private final boolean mightReschedByName;

  /** {@code rcu_lock_map}: a normal RCU reader. */
  public final LockMap rcu = ofKernel("rcu_read_lock", 0xe6e0, WaitType.SPIN).ofRcuFlavour();

  /** {@code rcu_bh_lock_map}: a reader with bottom halves off. */
  public final LockMap rcuBh = ofKernel("rcu_read_lock_bh", 0xe720, WaitType.SPIN).ofRcuFlavour();

  /** {@code rcu_sched_lock_map}: a reader with preemption off. */
  public final LockMap rcuSched =
      ofKernel("rcu_read_lock_sched", 0xe760, WaitType.SPIN).ofRcuFlavour();

  /** {@code bh_lock_map}: bottom halves off, with PREEMPT_RT. */
  public final LockMap localBh = ofKernel("local_bh", 0xe7e0, WaitType.CONFIG);

  /** {@code rcu_callback_map}: held while an RCU callback runs. */
  public final LockMap rcuCallback = ofKernel("rcu_callback", 0xe7a0, WaitType.INVALID);

  /** {@code __fs_reclaim_map}: held where an allocation may call into a file system. */
  public final LockMap fsReclaim =
      ofKernel("fs_reclaim", 0xbfe0, WaitType.INVALID).usedAtBoot(Usage.WITH_IRQS_ON);

  private Lockdep(Machine machine) {
    this.machine = machine;
    this.configured = machine.configuration().checks();
    this.mightReschedByName = ReportPolicy.MIGHT_RESCHED_BY_NAME.holdsIn(machine);
    this.waitTypes = machine.configuration().policies().has(LockdepPolicy.WAIT_TYPES);
    this.debugLocks = configured;
    this.preemptibleRcu = machine.configuration().preemption().hasPreemptibleRcu();
    if (configured) {
      machine.addHook(this);
      machine.addHook(new ScheduleDebug());
    }
  }

  private static LockMap ofKernel(String name, int offset, WaitType inner) {
    WaitType outer = inner == WaitType.INVALID ? WaitType.INVALID : WaitType.FREE;
    return new LockMap(name, outer, inner, KERNEL_IMAGE + offset);
  }

  /** That of a machine. */
  public static Lockdep of(Machine machine) {
    return machine.part(KEY);
  }

  Machine machine() {
    return machine;
  }

  LockdepReports reports() {
    return reports;
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

  /** Whether the check for sleeping functions has the name that 5.16 gave it. */
  public boolean hasMightResched() {
    return mightReschedByName;
  }

  /** Whether RCU counts its readers itself. */
  public boolean hasPreemptibleRcu() {
    return preemptibleRcu;
  }

  /** The class of a lock here. */
  LockClass classOf(LockMap map, int subclass) {
    LockClass known = map.classIn(this, subclass);
    return known == null ? register(map, subclass) : known;
  }

  private LockClass register(LockMap map, int subclass) {
    LockClass c =
        classes.computeIfAbsent(
            subclass == 0 ? map.name() : map.name() + "/" + subclass,
            name ->
                new LockClass(
                    classes.size(),
                    name,
                    waitTypes ? map.outer() : WaitType.INVALID,
                    waitTypes ? map.inner() : WaitType.INVALID,
                    waitTypes,
                    map.usageAtBoot()));
    map.keepClass(this, subclass, c);
    return c;
  }

  /** Whether a chain of locks was never seen; remembers it. */
  boolean isNewChain(long key) {
    if (chainCount * 2 >= chains.length) {
      long[] old = chains;
      chains = new long[Math.max(16, old.length * 2)];
      chainCount = 0;
      for (long k : old) {
        if (k != 0) {
          isNewChain(k);
        }
      }
    }
    int mask = chains.length - 1;
    int i = (int) (key >>> 40) & mask;
    while (chains[i] != 0) {
      if (chains[i] == key) {
        return false;
      }
      i = i + 1 & mask;
    }
    chains[i] = key;
    chainCount++;
    return true;
  }

  /** {@code lockdep_sys_exit}: no lock is held in user space. */
  @Override
  public void userMode(Task task, boolean enters) {
    if (enters && debugLocks && HeldLocks.of(task).depth() > 0) {
      reports.heldInUserMode(task);
    }
  }

  /** {@code debug_check_no_locks_held}: a task that ends holds no lock. */
  @Override
  public void exit(Task task) {
    if (debugLocks && HeldLocks.of(task).depth() > 0) {
      reports.heldAtExit(task);
    }
  }
}
