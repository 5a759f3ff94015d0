package org.dmsim.block;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.syscall.BlockFile;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.version.KernelVersion;

/** A machine with the disks that a test gives it, and what happens on it. */
public final class BlockMachine {

  public final Machine machine;
  public final BlockLayer disks;
  public final List<String> events = new ArrayList<>();
  private Outcome outcome;

  public BlockMachine(Consumer<BlockLayer> boot) {
    this(Configuration.standard().withKernel(KernelVersion.RECORDED), boot);
  }

  public BlockMachine(Configuration configuration, Consumer<BlockLayer> boot) {
    machine = new Machine(configuration, new RoundRobin());
    disks = BlockLayer.of(machine);
    machine.boot(() -> boot.accept(disks));
    disks.events().listen(e -> events.add(e.line()));
  }

  public BlockMachine task(String name, Runnable body) {
    machine.spawn(name, body);
    return this;
  }

  public Outcome run() {
    outcome = machine.run();
    return outcome;
  }

  public List<Check> found() {
    return outcome.reports().stream().map(Report::check).toList();
  }

  public BlockDevice dev(String name) {
    return disks.lookup(name);
  }

  public BlockFile open(String name) {
    return Syscalls.open(dev(name), true).file();
  }

  /** A whole read in the current task. */
  public long read(String name, byte[] buffer, long pos, int flags) {
    BlockFile f = open(name);
    long n = Syscalls.preadv2(f, buffer, 0, buffer.length, pos, flags);
    Syscalls.close(f);
    return n;
  }

  /** A whole write in the current task. */
  public long write(String name, byte[] buffer, long pos, int flags) {
    BlockFile f = open(name);
    long n = Syscalls.pwritev2(f, buffer, 0, buffer.length, pos, flags);
    Syscalls.close(f);
    return n;
  }
}
