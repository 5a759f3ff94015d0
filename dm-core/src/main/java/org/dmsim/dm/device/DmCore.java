package org.dmsim.dm.device;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.dmsim.block.Errno;
import org.dmsim.block.RateLimit;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.dm.targets.TargetTypes;
import org.dmsim.locking.Mutex;
import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Access;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MachineKey;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.KernelPolicies;
import org.dmsim.version.KernelVersion;

/**
 * What device mapper has once a machine: its policies, its minors, its locks. {@code dm_mod}'s
 * static variables.
 */
public final class DmCore {

  /** Block major number of mapped devices on the recorded machine. */
  public static final int MAJOR = 252;

  private static final MachineKey<DmCore> KEY =
      new MachineKey<>(
          "dm", m -> new DmCore(BlockLayer.of(m), m.configuration().policies(), m.cpuCount()));

  private final BlockLayer blockLayer;
  private final int cpus;
  private final KernelPolicies kernel;
  private DmPolicies policies;
  private int reservedBioBasedIos = 16;
  private TargetTypes targetTypes;
  private Function<Mutex, LiveTable> liveTables = LiveTable::new;
  private final Mutex eventLock = new Mutex("_event_lock");
  private final SharedInt globalEventNr = new SharedInt("dm_global_event_nr", 0);

  /** {@code _minor_lock}: which minor is whose, and who may still open a device. */
  final SpinLock minorLock = new SpinLock("_minor_lock");

  private final TreeMap<Integer, Object> minors = new TreeMap<>();
  private final Shared minorsSeen = new Shared("_minor_idr") {};
  private final RateLimit noTable = new RateLimit("dm_submit_bio");
  private final DeferredRemoval deferredRemoval = new DeferredRemoval();

  /** A minor that is taken, of a device that is not there yet or no longer: MINOR_ALLOCED. */
  private static final Object ALLOCATED = "MINOR_ALLOCED";

  /** Made of what it stands on; for real threads, where no machine is. */
  public DmCore(BlockLayer blockLayer, KernelVersion kernel, int cpus) {
    this(blockLayer, KernelPolicies.of(kernel), cpus);
  }

  private DmCore(BlockLayer blockLayer, KernelPolicies kernel, int cpus) {
    this.blockLayer = blockLayer;
    this.cpus = cpus;
    this.kernel = kernel;
    this.policies = DmPolicies.of(kernel);
  }

  /** That of a machine. */
  public static DmCore of(Machine machine) {
    return machine.part(KEY);
  }

  /** The machine's disks. */
  public BlockLayer blockLayer() {
    return blockLayer;
  }

  /** How devices made from now on keep their live table: for a variant. */
  void setLiveTables(Function<Mutex, LiveTable> maker) {
    liveTables = maker;
  }

  LiveTable newLiveTable(Mutex suspendLock) {
    return liveTables.apply(suspendLock);
  }

  /** How many CPUs count bios in flight. */
  int cpus() {
    return cpus;
  }

  /** What this kernel does. */
  public KernelPolicies kernel() {
    return kernel;
  }

  /** What this kernel does on the path of a bio. */
  public DmPolicies policies() {
    return policies;
  }

  /** Has it do otherwise from now on. */
  public void setPolicies(DmPolicies policies) {
    this.policies = policies;
  }

  /** {@code dm_mod.reserved_bio_based_ios}. */
  public int reservedBioBasedIos() {
    return reservedBioBasedIos;
  }

  /** Sets that, for tables loaded from now on; 0 is the default of 16, the most is 1024. */
  public void setReservedBioBasedIos(int n) {
    reservedBioBasedIos = n == 0 ? 16 : Math.min(n, 1024);
  }

  /** The target types that there are. */
  public TargetTypes targetTypes() {
    if (targetTypes == null) {
      targetTypes = TargetTypes.registered();
    }
    return targetTypes;
  }

  /** Has it know these only; for who makes many cores. */
  void setTargetTypes(TargetTypes types) {
    targetTypes = types;
  }

  /** {@code _event_lock}. */
  Mutex eventLock() {
    return eventLock;
  }

  /** What removes devices that were to go when nobody has them open any more. */
  public DeferredRemoval deferredRemoval() {
    return deferredRemoval;
  }

  /** {@code dm_issue_global_event}. */
  @KernelSymbol("dm_issue_global_event")
  public void issueGlobalEvent() {
    globalEventNr.add(1);
  }

  /** {@code dm_global_event_nr}: how many events there were. */
  public SharedInt globalEventNr() {
    return globalEventNr;
  }

  /** What is said of a bio that comes before a table, ten times in five seconds at most. */
  void complainOfNoTable(String device) {
    noTable.printk("device-mapper: core: " + device + ": mapping table unavailable, erroring io");
  }

  /** Takes the lowest free minor; mirrors {@code next_free_minor}. */
  @KernelSymbol("next_free_minor")
  int nextFreeMinor() {
    minorLock.lock();
    Sched.touch(minorsSeen, Access.WRITE);
    int minor = 0;
    while (minors.containsKey(minor)) {
      minor++;
    }
    minors.put(minor, ALLOCATED);
    minorLock.unlock();
    return minor;
  }

  /**
   * Takes a certain minor; mirrors {@code specific_minor}.
   *
   * @return 0, or -EBUSY if it is taken, -EINVAL if it is out of range
   */
  @KernelSymbol("specific_minor")
  int specificMinor(int minor) {
    if (minor < 0 || minor >= 1 << 20) {
      return -Errno.EINVAL;
    }
    minorLock.lock();
    Sched.touch(minorsSeen, Access.WRITE);
    boolean taken = minors.putIfAbsent(minor, ALLOCATED) != null;
    minorLock.unlock();
    return taken ? -Errno.EBUSY : 0;
  }

  /** {@code idr_replace(&_minor_idr, md, minor)}, with {@code _minor_lock} held. */
  void replaceMinor(int minor, MappedDevice md) {
    Sched.touch(minorsSeen, Access.WRITE);
    minors.put(minor, md == null ? ALLOCATED : md);
  }

  @KernelSymbol("free_minor")
  void freeMinor(int minor) {
    minorLock.lock();
    Sched.touch(minorsSeen, Access.WRITE);
    minors.remove(minor);
    minorLock.unlock();
  }

  /** Whether a device is registered still; for the check of leaks. */
  boolean knows(MappedDevice md) {
    for (Map.Entry<Integer, Object> e : minors.entrySet()) {
      if (e.getValue() == md) {
        return true;
      }
    }
    return false;
  }

  /** The device of a minor, pinned; null if it is not there or going. Mirrors {@code dm_get_md}. */
  @KernelSymbol("dm_get_md")
  public MappedDevice getMd(int minor) {
    minorLock.lock();
    Sched.touch(minorsSeen, Access.READ);
    MappedDevice md = minors.get(minor) instanceof MappedDevice m ? m : null;
    if (md != null && (md.has(MappedDevice.DMF_FREEING) || md.has(MappedDevice.DMF_DELETING))) {
      md = null;
    }
    if (md != null) {
      md.get();
    }
    minorLock.unlock();
    return md;
  }
}
