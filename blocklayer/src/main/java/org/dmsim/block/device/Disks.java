package org.dmsim.block.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.dmsim.block.RateLimit;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.KernelPolicies;

/**
 * The disks of one machine, by number and by name. What the block layer keeps once a machine
 * besides them is added by {@code BlockLayer}, which knows bios.
 */
public abstract class Disks {

  private final KernelPolicies kernel;
  private final RateLimit autoloadWarnings = new RateLimit("blkdev_get_no_open");
  private final List<Gendisk> disks = new ArrayList<>();
  private Function<String, BlockDevice> paths = path -> null;
  private long diskSequence;
  private final Map<Integer, IntConsumer> probes = new ConcurrentHashMap<>();
  private final Map<Class<?>, Object> parts = new ConcurrentHashMap<>();

  /** Which disks there are: who opens one by its name or numbers has looked at it. */
  private final Shared list = new Shared(null, "the list of disks", 0) {};

  /** No disks. */
  protected Disks(KernelPolicies kernel) {
    this.kernel = kernel;
  }

  /** What the machine's kernel does. */
  public final KernelPolicies kernel() {
    return kernel;
  }

  /** A line in the kernel log; on a real thread there is none. */
  public final void printk(String line) {
    Task t = Task.current();
    if (t != null) {
      t.machine().printk(line);
    }
  }

  synchronized long nextDiskSequence() {
    return ++diskSequence;
  }

  /** What a driver keeps once for all its devices; made when first asked for. */
  public <T> T part(Class<T> type, Supplier<T> maker) {
    Task task = Task.current();
    return type.cast(
        parts.computeIfAbsent(
            type,
            t ->
                task == null
                    ? maker.get()
                    : task.machine().makePart("disks: " + type.getSimpleName(), maker)));
  }

  /** The device with these numbers; null if there is none. */
  public synchronized BlockDevice lookup(int major, int minor) {
    Sched.touch(list, Access.READ);
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
    Sched.touch(list, Access.READ);
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

  /**
   * Has paths under /dev that are no disk's name looked up elsewhere: what udev and programs name.
   *
   * @param names the device of a path, or null
   */
  public void lookPathsUpIn(Function<String, BlockDevice> names) {
    paths = names;
  }

  /** Mirrors {@code lookup_bdev}: the device of a path under /dev; null if there is none. */
  @KernelSymbol("lookup_bdev")
  public BlockDevice lookupPath(String path) {
    BlockDevice disk = lookup(path);
    return disk != null ? disk : paths.apply(path);
  }

  /** All disks that are visible, in the order in which they came. */
  public synchronized List<Gendisk> all() {
    return List.copyOf(disks);
  }

  synchronized void add(Gendisk disk) {
    Sched.touch(list, Access.WRITE);
    disks.add(disk);
  }

  synchronized void remove(Gendisk disk) {
    Sched.touch(list, Access.WRITE);
    disks.remove(disk);
  }
}
