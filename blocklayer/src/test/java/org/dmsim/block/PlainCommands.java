package org.dmsim.block;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Sysfs;
import org.dmsim.block.disk.DiskOptions;
import org.dmsim.block.disk.Latency;
import org.dmsim.block.disk.NullDisk;
import org.dmsim.block.disk.RamDisk;
import org.dmsim.block.syscall.BlockFile;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.version.KernelVersion;

/** The commands of the recorded cases that touch plain disks only, on a machine of their own. */
final class PlainCommands {

  private final Machine machine =
      new Machine(Configuration.standard().withKernel(KernelVersion.RECORDED), new RoundRobin());
  private final BlockLayer disks = BlockLayer.of(machine);
  private final List<String> events = new ArrayList<>();
  private final Map<String, BlockFile> held = new HashMap<>();
  private Outcome outcome;

  PlainCommands() {
    this(Latency.NONE);
  }

  /** With null disks that take time. */
  PlainCommands(Latency latency) {
    DiskOptions nullb = DiskOptions.nullb().withLatency(latency);
    machine.boot(
        () -> {
          for (int i = 0; i < 8; i++) {
            RamDisk.add(disks, i);
          }
          NullDisk.add(disks, 0, nullb);
          NullDisk.add(disks, 1, nullb);
        });
    disks.events().listen(e -> events.add("ev: " + e.line()));
  }

  BlockLayer disks() {
    return disks;
  }

  Machine machine() {
    return machine;
  }

  /** Runs commands one after another in one task; the lines of each. */
  List<List<String>> run(List<String> commands) {
    List<List<String>> out = new ArrayList<>();
    machine.spawn("dmctl", () -> commands.forEach(c -> out.add(run(c))));
    outcome = machine.run();
    return out;
  }

  Outcome outcome() {
    return outcome;
  }

  private List<String> run(String command) {
    String[] w = command.split(" ");
    int logged = machine.log().size();
    events.clear();
    List<String> out = new ArrayList<>();
    switch (w[0]) {
      case "limits" -> {
        BlockDevice b = disks.lookup(w[1]);
        out.add(Sysfs.limits(b == null ? null : b.disk()));
      }
      case "timer" -> {}
      case "setro" -> {
        Syscalls.Opened o = Syscalls.open(disks.lookup(w[1]), false);
        Syscalls.setReadOnly(o.file(), true);
        Syscalls.close(o.file());
      }
      case "makefail" -> disks.lookup(w[1]).setFailing(true);
      case "partition" ->
          disks.lookup(w[1]).disk().addPartition(Long.parseLong(w[2]), Long.parseLong(w[3]));
      case "open" -> {
        Syscalls.Opened o = Syscalls.open(disks.lookup(w[1]), false);
        held.put(w[1], o.file());
        out.add(o.file() == null ? Errno.name(o.error()) : "ok");
      }
      case "close" -> {
        BlockFile f = held.remove(w[1]);
        out.add(f != null && Syscalls.close(f) == 0 ? "ok" : "none");
      }
      case "bg" -> {
        out.add("started");
        held.put(w[1], null);
        return finishBackground(out, w);
      }
      case "poll" -> out.add(results.get(w[1]));
      case "join" -> {
        out.add(results.get(w[1]));
        out.addAll(backgroundEvents.get(w[1]));
      }
      default -> {
        out.add(io(w));
        out.addAll(events);
      }
    }
    machine.log().stream().skip(logged).map(l -> "log: " + l).forEach(out::add);
    return out;
  }

  private final Map<String, String> results = new HashMap<>();
  private final Map<String, List<String>> backgroundEvents = new HashMap<>();

  private List<String> finishBackground(List<String> out, String[] w) {
    results.put(w[1], io(Arrays.copyOfRange(w, 2, w.length)));
    backgroundEvents.put(w[1], List.copyOf(events));
    return out;
  }

  private String io(String[] w) {
    String op = w[0];
    boolean write =
        op.startsWith("write")
            || op.contains("discard")
            || op.equals("zeroout")
            || op.equals("flush");
    Syscalls.Opened o = Syscalls.open(disks.lookup(w[1]), write);
    if (o.file() == null) {
      return "open " + Errno.name(o.error());
    }
    long offset = w.length > 2 ? number(w[2]) : 0;
    long length = w.length > 3 ? number(w[3]) : 0;
    byte fill = (byte) (w.length > 4 ? Integer.decode(w[4]) : 0xa5);
    int flags = op.endsWith("_nowait") ? Syscalls.RWF_NOWAIT : 0;
    flags |= op.endsWith("_sync") ? Syscalls.RWF_DSYNC : 0;
    BlockFile f = o.file();
    long r;
    String tail = "";
    switch (op) {
      case "flush" -> r = Syscalls.fdatasync(f);
      case "discard" -> r = Syscalls.ioctl(f, Syscalls.RangeIoctl.DISCARD, offset, length);
      case "secure_discard" ->
          r = Syscalls.ioctl(f, Syscalls.RangeIoctl.SECURE_DISCARD, offset, length);
      case "zeroout" -> r = Syscalls.ioctl(f, Syscalls.RangeIoctl.ZEROOUT, offset, length);
      default -> {
        byte[] buffer = new byte[(int) length];
        Arrays.fill(buffer, fill);
        if (op.startsWith("read")) {
          r = Syscalls.preadv2(f, buffer, 0, length, offset, flags);
          tail = r > 0 ? String.format(" fnv1a=%016x", fnv1a(buffer, (int) r)) : "";
        } else {
          r = Syscalls.pwritev2(f, buffer, 0, length, offset, flags);
        }
      }
    }
    Syscalls.close(f);
    return r < 0 ? "-1 " + Errno.name((int) r) : r + tail;
  }

  /** As {@code atoll} reads it: too large is the largest. */
  private static long number(String s) {
    try {
      return Long.parseLong(s);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  static long fnv1a(byte[] bytes, int length) {
    long h = 0xcbf29ce484222325L;
    for (int i = 0; i < length; i++) {
      h = (h ^ (bytes[i] & 0xff)) * 0x100000001b3L;
    }
    return h;
  }
}
