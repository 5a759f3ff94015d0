package org.dmsim.scenarios.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.dmsim.block.Errno;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.syscall.BlockFile;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.scenarios.script.Step;
import org.dmsim.scenarios.script.Verb;

/**
 * The commands that read and write block devices: each opens the device with O_DIRECT, makes one
 * system call with one aligned buffer, and closes it again.
 */
final class BlockIo {

  /** More than that a script's buffer does not hold; the kernel stops at 2 GiB. */
  private static final long MAX_BUFFER = 1L << 30;

  private static final long DEFAULT_FILL = 0xa5;

  /** Begins data that is written out; zeroes follow it. */
  private static final String HEX = "hex:";

  static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final Function<String, BlockDevice> devices;
  private final Map<String, List<BlockFile>> held = new HashMap<>();

  /** I/O on the devices that {@code devices} knows by name; null for a device that is not there. */
  BlockIo(Function<String, BlockDevice> devices) {
    this.devices = devices;
  }

  /** {@code open NAME}: holds the device; with {@code exclusive}, as O_EXCL asks for. */
  String open(String name, boolean exclusive) {
    int mode = BlockDevice.FMODE_READ | (exclusive ? BlockDevice.FMODE_EXCL : 0);
    Syscalls.Opened o = Syscalls.open(devices.apply(name), mode);
    if (o.error() != 0) {
      return Errno.name(o.error());
    }
    held.computeIfAbsent(name, n -> new ArrayList<>()).add(o.file());
    return "ok";
  }

  /** {@code close NAME}: lets go what {@link #open} holds. */
  String close(String name) {
    List<BlockFile> files = held.getOrDefault(name, List.of());
    if (files.isEmpty()) {
      return "none";
    }
    Syscalls.close(files.removeFirst());
    return "ok";
  }

  /** A command that {@link Verb#isIo}. */
  String perform(Step step) {
    Verb verb = step.verb();
    boolean reads = verb == Verb.READ || verb == Verb.READ_NOWAIT || verb == Verb.READ_POLLED;
    Syscalls.Opened o = Syscalls.open(devices.apply(step.arg(0)), !reads);
    if (o.error() != 0) {
      return "open " + Errno.name(o.error());
    }
    try {
      return perform(step, o.file());
    } finally {
      Syscalls.close(o.file());
    }
  }

  private static String perform(Step step, BlockFile file) {
    if (step.verb() == Verb.FLUSH) {
      return result(Syscalls.fdatasync(file));
    }
    long offset = step.number(1);
    long length = step.number(2);
    return switch (step.verb()) {
      case DISCARD -> range(file, Syscalls.RangeIoctl.DISCARD, offset, length);
      case SECURE_DISCARD -> range(file, Syscalls.RangeIoctl.SECURE_DISCARD, offset, length);
      case ZEROOUT -> range(file, Syscalls.RangeIoctl.ZEROOUT, offset, length);
      case READ -> read(file, buffer(step), offset, 0);
      case READ_NOWAIT -> read(file, buffer(step), offset, Syscalls.RWF_NOWAIT);
      case READ_POLLED -> readPolled(file, buffer(step), offset);
      case WRITE -> write(file, step, offset, 0);
      case WRITE_NOWAIT -> write(file, step, offset, Syscalls.RWF_NOWAIT);
      default -> write(file, step, offset, Syscalls.RWF_DSYNC);
    };
  }

  private static String range(BlockFile file, Syscalls.RangeIoctl what, long start, long length) {
    return result(Syscalls.ioctl(file, what, start, length));
  }

  private static String read(BlockFile file, byte[] buffer, long offset, int flags) {
    Arrays.fill(buffer, (byte) DEFAULT_FILL);
    return read(buffer, Syscalls.preadv2(file, buffer, 0, buffer.length, offset, flags));
  }

  private static String readPolled(BlockFile file, byte[] buffer, long offset) {
    Arrays.fill(buffer, (byte) DEFAULT_FILL);
    return read(buffer, Syscalls.readPolled(file, buffer, 0, buffer.length, offset));
  }

  private static String read(byte[] buffer, long n) {
    return result(n) + (n > 0 ? " fnv1a=" + fnv1a(buffer, (int) n) : "");
  }

  private static String write(BlockFile file, Step step, long offset, int flags) {
    byte[] buffer = buffer(step);
    if (step.arg(3).startsWith(HEX)) {
      byte[] data = HexFormat.of().parseHex(step.arg(3).substring(HEX.length()));
      System.arraycopy(data, 0, buffer, 0, Math.min(data.length, buffer.length));
    } else {
      Arrays.fill(buffer, (byte) (step.arg(3).isEmpty() ? DEFAULT_FILL : step.number(3)));
    }
    return result(Syscalls.pwritev2(file, buffer, 0, buffer.length, offset, flags));
  }

  private static byte[] buffer(Step step) {
    long length = step.number(2);
    if (length > MAX_BUFFER) {
      throw new ScriptError(
          step.places().get(2), "LENGTH " + length + " is out of range; write at most 1G");
    }
    return new byte[(int) length];
  }

  /** As a C program tells it: the value, or -1 and the errno. */
  private static String result(long returned) {
    return returned < 0 ? "-1 " + Errno.name((int) returned) : Long.toString(returned);
  }

  static String fnv1a(byte[] bytes, int length) {
    return "%016x".formatted(fnv1a(FNV_OFFSET, bytes, length));
  }

  /** The hash of what was hashed before, {@link #FNV_OFFSET} of nothing, and these bytes. */
  static long fnv1a(long before, byte[] bytes, int length) {
    long h = before;
    for (int i = 0; i < length; i++) {
      h = (h ^ (bytes[i] & 0xff)) * FNV_PRIME;
    }
    return h;
  }
}
