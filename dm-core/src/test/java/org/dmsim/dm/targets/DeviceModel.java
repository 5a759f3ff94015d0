package org.dmsim.dm.targets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.dmsim.block.syscall.BlockFile;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.dm.DmMachine;
import org.dmsim.machine.Configuration;
import org.dmsim.strategy.RandomWalk;

/** A device beside a plain array of what must be on it. */
public final class DeviceModel {

  private static final int SECTOR = 512;

  private final DmMachine machine;
  private final int minor;
  private byte[] bytes;

  /** Device {@code minor}, or as {@link DmMachine#open} has it, with these bytes on it. */
  public DeviceModel(DmMachine machine, int minor, byte[] bytes) {
    this.machine = machine;
    this.minor = minor;
    this.bytes = bytes.clone();
  }

  /** A machine on which every choice is made at random. */
  public static DmMachine randomMachine(long seed) {
    return new DmMachine(
        Configuration.standard().withCpus(2).withMaxSteps(10_000_000), new RandomWalk(seed));
  }

  /** What must be on it. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Says that the device holds something else now. */
  public void set(byte[] now) {
    bytes = now.clone();
  }

  /** One write or read of up to 32 KiB somewhere. */
  public void step(SplittableRandom random) {
    int sectors = bytes.length / SECTOR;
    int at = random.nextInt(sectors);
    int count = Math.min(1 + random.nextInt(64), sectors - at);
    if (random.nextInt(3) == 0) {
      check(at * SECTOR, count * SECTOR);
    } else {
      write(at * SECTOR, count * SECTOR, (byte) random.nextInt());
    }
  }

  private void write(int offset, int length, byte fill) {
    byte[] data = new byte[length];
    Arrays.fill(data, fill);
    BlockFile file = machine.open(minor);
    assertEquals(length, Syscalls.pwritev2(file, data, 0, length, offset, 0));
    Syscalls.close(file);
    System.arraycopy(data, 0, bytes, offset, length);
  }

  /** Reads all of it, and compares. */
  public void check() {
    check(0, bytes.length);
  }

  private void check(int offset, int length) {
    byte[] data = new byte[length];
    BlockFile file = machine.open(minor);
    assertEquals(length, Syscalls.preadv2(file, data, 0, length, offset, 0));
    Syscalls.close(file);
    assertArrayEquals(Arrays.copyOfRange(bytes, offset, offset + length), data);
  }
}
