package org.dmsim.block;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MachineKey;
import org.dmsim.report.KernelSymbol;

/**
 * The disks of one machine, by number and by name, and what the block layer keeps once a machine:
 * its events and its general bio set.
 *
 * <p>On real threads, where no machine is, make one and hand it to the disks.
 */
public final class Disks {

  private static final MachineKey<Disks> KEY = new MachineKey<>(Disks::new);

  private final BlockEvents events = new BlockEvents();
  private final BioSet general = new BioSet("fs_bio_set", BioSet.BIO_POOL_SIZE);
  private final InFlight inFlight;
  private final FaultAttr failMakeRequest = new FaultAttr();
  private final RateLimit readOnlyWarnings = new RateLimit("bio_check_ro");
  private final RateLimit endWarnings = new RateLimit("bio_check_eod");
  private final RateLimit autoloadWarnings = new RateLimit("blkdev_get_no_open");
  private final List<Gendisk> disks = new ArrayList<>();
  private final Map<Integer, IntConsumer> probes = new ConcurrentHashMap<>();
  private final Map<Class<?>, Object> parts = new ConcurrentHashMap<>();

  /** No disks; for real threads. */
  public Disks() {
    this(null);
  }

  private Disks(Machine machine) {
    inFlight = new InFlight(machine);
  }

  /** The disks of a machine. */
  public static Disks of(Machine machine) {
    return machine.part(KEY);
  }

  /** The block events of the machine. */
  public BlockEvents events() {
    return events;
  }

  /** {@code fs_bio_set}: bios for who has no set of his own. */
  public BioSet general() {
    return general;
  }

  /** When bios to devices that are to fail do so: {@code fail_make_request}. */
  public FaultAttr failMakeRequest() {
    return failMakeRequest;
  }

  InFlight inFlight() {
    return inFlight;
  }

  RateLimit readOnlyWarnings() {
    return readOnlyWarnings;
  }

  RateLimit endWarnings() {
    return endWarnings;
  }

  /** What a driver keeps once for all its devices; made when first asked for. */
  public <T> T part(Class<T> type, Supplier<T> maker) {
    return type.cast(parts.computeIfAbsent(type, t -> maker.get()));
  }

  /** The device with these numbers; null if there is none. */
  public synchronized BlockDevice lookup(int major, int minor) {
    for (Gendisk d : disks) {
      if (d.major() == major) {
        BlockDevice b = d.device(minor);
        if (b != null) {
          return b;
        }
      }
    }
    return null;
  }

  /**
   * The device with these numbers, for who is about to open it: a driver that makes its disks when
   * they are asked for is asked. Mirrors {@code blkdev_get_no_open}, 6.1.
   *
   * @return null if there is none
   */
  @KernelSymbol("blkdev_get_no_open")
  public BlockDevice lookupOrProbe(int major, int minor) {
    BlockDevice found = lookup(major, minor);
    IntConsumer probe = probes.get(major);
    if (found == null && probe != null) {
      probe.accept(minor);
      found = lookup(major, minor);
      autoloadWarnings.printk("block device autoloading is deprecated and will be removed.");
    }
    return found;
  }

  /**
   * Has a driver asked for disks of its major that are not there.
   *
   * @param probe adds the disk of a minor
   */
  public void probeWith(int major, IntConsumer probe) {
    probes.put(major, probe);
  }

  /**
   * The device of a name: {@code ram0} or {@code /dev/ram0}; null if there is none. Names of mapped
   * devices are device mapper's own business.
   */
  public synchronized BlockDevice lookup(String name) {
    String n = name.startsWith("/dev/") ? name.substring(5) : name;
    for (Gendisk d : disks) {
      if (n.startsWith(d.name())) {
        for (int minor = d.firstMinor(); d.device(minor) != null; minor++) {
          if (d.device(minor).name().equals(n)) {
            return d.device(minor);
          }
        }
      }
    }
    return null;
  }

  /** All disks that are visible, in the order in which they came. */
  public synchronized List<Gendisk> all() {
    return List.copyOf(disks);
  }

  synchronized void add(Gendisk disk) {
    disks.add(disk);
  }

  synchronized void remove(Gendisk disk) {
    disks.remove(disk);
  }
}
