package org.dmsim.block;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
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
final class BlockMachine {

  final Machine machine;
  final Disks disks;
  final List<String> events = new ArrayList<>();
  private Outcome outcome;

  BlockMachine(Consumer<Disks> boot) {
    this(Configuration.standard().withKernel(KernelVersion.RECORDED), boot);
  }

  BlockMachine(Configuration configuration, Consumer<Disks> boot) {
    machine = new Machine(configuration, new RoundRobin());
    disks = Disks.of(machine);
    machine.boot(() -> boot.accept(disks));
    disks.events().listen(e -> events.add(e.line()));
  }

  BlockMachine task(String name, Runnable body) {
    machine.spawn(name, body);
    return this;
  }

  Outcome run() {
    outcome = machine.run();
    return outcome;
  }

  List<Check> found() {
    return outcome.reports().stream().map(Report::check).toList();
  }

  BlockDevice dev(String name) {
    return disks.lookup(name);
  }

  BlockFile open(String name) {
    return Syscalls.open(dev(name), true).file();
  }

  /** A whole read in the current task. */
  long read(String name, byte[] buffer, long pos, int flags) {
    BlockFile f = open(name);
    long n = Syscalls.preadv2(f, buffer, 0, buffer.length, pos, flags);
    Syscalls.close(f);
    return n;
  }

  /** A whole write in the current task. */
  long write(String name, byte[] buffer, long pos, int flags) {
    BlockFile f = open(name);
    long n = Syscalls.pwritev2(f, buffer, 0, buffer.length, pos, flags);
    Syscalls.close(f);
    return n;
  }
}
