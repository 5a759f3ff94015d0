package org.dmsim.dm;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.BlockEvent;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.disk.DiskOptions;
import org.dmsim.block.disk.Latency;
import org.dmsim.block.disk.RamDisk;
import org.dmsim.block.syscall.BlockFile;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.dm.ioctl.DmReply;
import org.dmsim.dm.ioctl.TableLine;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Strategy;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.version.KernelVersion;

/** A machine with ram disks and device mapper on it, and what tests do with one. */
public final class DmMachine {

  /** The machine. */
  public final Machine machine;

  private final List<String> events = new ArrayList<>();

  /**
   * On a kernel, every task running until it sleeps. Its ram disks take NOWAIT, as those of older
   * kernels did not, so that each can show what it makes of it.
   */
  public DmMachine(String kernel) {
    this(
        Configuration.standard().withKernel(KernelVersion.parse(kernel)).withMaxSteps(1_000_000),
        new RoundRobin());
  }

  /** Of one's own making. */
  public DmMachine(Configuration configuration, Strategy strategy) {
    machine = new Machine(configuration, strategy);
    machine.boot(
        () -> {
          for (int i = 0; i < 4; i++) {
            RamDisk.add(disks(), i, DiskOptions.ram().withNowait(true));
          }
          disks().events().listen(this::hear);
        });
  }

  private void hear(BlockEvent e) {
    events.add(e.line());
  }

  /** Adds a ram disk that takes its time. */
  public void slowDisk(int number, long nanoseconds) {
    disk(number, DiskOptions.ram().withLatency(Latency.fixed(nanoseconds)));
  }

  /** Adds a ram disk of one's own making. */
  public void disk(int number, DiskOptions options) {
    machine.boot(() -> RamDisk.add(disks(), number, options));
  }

  /** Adds a task. */
  public DmMachine task(String name, Runnable body) {
    machine.spawn(name, body);
    return this;
  }

  /** Runs it to its end. */
  public Outcome run() {
    return machine.run();
  }

  /** Device mapper. */
  public DmCore core() {
    return DmCore.of(machine);
  }

  /** The control device. */
  public DmIoctl dm() {
    return DmIoctl.of(machine);
  }

  private BlockLayer disks() {
    return BlockLayer.of(machine);
  }

  /** Loads a table of lines such as {@code 0 8 linear 1:0 0}. */
  public DmReply load(String device, String... lines) {
    return dm().load(device, false, java.util.Arrays.stream(lines).map(DmMachine::line).toList());
  }

  private static TableLine line(String text) {
    String[] w = text.split(" ", 4);
    return new TableLine(
        Long.parseUnsignedLong(w[0]), Long.parseUnsignedLong(w[1]), w[2], w.length > 3 ? w[3] : "");
  }

  /** A device with a live table. */
  public void device(String name, String... lines) {
    require(dm().create(name, null));
    require(load(name, lines));
    require(dm().resume(name, false, false));
  }

  private static void require(DmReply reply) {
    if (!reply.ok()) {
      throw new AssertionError("errno " + -reply.error());
    }
  }

  /** Opens mapped device {@code minor}, or for a negative number ram disk -1-number. */
  public BlockFile open(int minor) {
    return Syscalls.open(
            minor < 0 ? disks().lookup(1, -1 - minor) : disks().lookup(252, minor), true)
        .file();
  }

  /** Reads once from mapped device 0. */
  public long read(long offset, int length, int flags) {
    BlockFile file = open(0);
    if (file == null) {
      return -Errno.ENXIO;
    }
    long r = Syscalls.preadv2(file, new byte[length], 0, length, offset, flags);
    Syscalls.close(file);
    return r;
  }

  /** Writes {@code fill} once to mapped device 0. */
  public long write(long offset, int length, int fill) {
    BlockFile file = open(0);
    if (file == null) {
      return -Errno.ENXIO;
    }
    byte[] data = new byte[length];
    java.util.Arrays.fill(data, (byte) fill);
    long r = Syscalls.pwritev2(file, data, 0, length, offset, 0);
    Syscalls.close(file);
    return r;
  }

  /** The bytes at the start of ram disk {@code number}. */
  public byte[] ram(int number, int length) {
    BlockFile file = open(-1 - number);
    byte[] data = new byte[length];
    Syscalls.preadv2(file, data, 0, length, 0, 0);
    Syscalls.close(file);
    return data;
  }

  /** The block events since this was asked last. */
  public List<String> events() {
    List<String> heard = List.copyOf(events);
    events.clear();
    return heard;
  }

  /** Lets virtual time pass. */
  public static void sleep(long nanoseconds) {
    Sched.await(new Time(), Access.READ, new Time(), nanoseconds);
  }

  private static final class Time extends Shared implements Blocker {
    Time() {
      super("time");
    }

    @Override
    public boolean ready() {
      return false;
    }

    @Override
    public String waitsFor() {
      return "time";
    }
  }
}
