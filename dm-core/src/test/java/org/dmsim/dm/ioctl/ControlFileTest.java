package org.dmsim.dm.ioctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dmsim.block.Errno;
import org.dmsim.dm.DmMachine;
import org.dmsim.dm.ioctl.ControlFile.Command;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Outcome;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code struct dm_ioctl} as programs fill it in, well and badly. */
final class ControlFileTest {

  private static final int IOWR_DM = 0xc138fd00;

  /** For garbage: what a table may name, and what may follow. */
  private static final String[] TYPES = {
    "zero",
    "linear",
    "error",
    "striped",
    "flakey",
    "nonsense",
    "snapshot",
    "snapshot-origin",
    "snapshot-merge",
    "mirror",
    "delay",
    "dust",
    "thin-pool",
    "thin",
    "cache",
    "writecache",
    "integrity",
    "crypt",
    "verity",
    "raid",
    "multipath",
    "clone",
    "era",
    "ebs",
    "log-writes",
    "switch",
    "unstriped"
  };

  private static final String[] PARAMETERS = {
    "",
    "1:0 0",
    "1:1 8",
    "1 8 1:0 0",
    "1:0 0 1 1",
    "x",
    "1:0 1:1 N 8",
    "1:0 1:1 128 0",
    "core 2 64 nosync 2 1:0 0 1:1 0",
    "1:0 0 10",
    "1:0 0 512",
    "1:0 1:1 1:0 128 0 default 0",
    "r 1:0 1:1 4096 0",
    "1:0 0 - D 0",
    "cipher_null-ecb - 0 1:0 0",
    "raid1 3 0 region_size 1024 2 - 1:0 - 1:1",
    "1 0 0 1 1 0 1 1 1:0 1",
    "2 8 0 1:0 0 1:1 0"
  };

  /** A program's memory: what lies beyond its end is not there. */
  private static final class Memory implements UserBuffer {
    private final byte[] bytes;

    Memory(int size) {
      bytes = new byte[size];
    }

    @Override
    public boolean read(int offset, byte[] into, int at, int n) {
      boolean there = offset + n <= bytes.length;
      if (there) {
        System.arraycopy(bytes, offset, into, at, n);
      }
      return there;
    }

    @Override
    public boolean write(int offset, byte[] from, int n) {
      boolean there = offset + n <= bytes.length;
      if (there) {
        System.arraycopy(from, 0, bytes, offset, n);
      }
      return there;
    }
  }

  /** A struct with its data, ready to be handed in. */
  private static final class Ask {
    private final Memory memory;
    private final DmIoctlStruct s;

    Ask(int size, String name) {
      memory = new Memory(size);
      s = new DmIoctlStruct(memory.bytes);
      s.setVersion(0, 4);
      s.setDataSize(size);
      s.setDataStart(DmIoctlStruct.SIZE);
      s.setName(name);
    }

    Ask flags(int flags) {
      s.setFlags(flags);
      return this;
    }

    Ask target(long start, long length, String type, String params) {
      int at = DmIoctlStruct.SIZE;
      s.setTargetCount(1);
      s.setLongAt(at, start);
      s.setLongAt(at + 8, length);
      s.setText(at + 24, 16, type);
      s.setText(at + DmIoctlStruct.SPEC_SIZE, params.length() + 1, params);
      return this;
    }

    int make(ControlFile f, Command command) {
      return f.ioctl(IOWR_DM | command.ordinal(), memory);
    }
  }

  private static DmMachine machine(String kernel) {
    return new DmMachine(
        Configuration.standard()
            .withKernel(KernelVersion.parse(kernel))
            .withPositions(false)
            .withMaxSteps(Long.MAX_VALUE),
        new RoundRobin());
  }

  private static void with(java.util.function.BiConsumer<DmMachine, ControlFile> body) {
    with("6.1.192", body);
  }

  private static void with(
      String kernel, java.util.function.BiConsumer<DmMachine, ControlFile> body) {
    DmMachine m = machine(kernel);
    m.task("dmsetup", () -> body.accept(m, new ControlFile(m.dm())));
    Outcome o = m.run();
    assertTrue(o.isClean(), () -> o.reports().toString());
  }

  /** The layout is that of the header: pahole's numbers. */
  @Test
  void struct_hasTheKernelsLayout() {
    assertEquals(312, DmIoctlStruct.SIZE);
    assertEquals(305, DmIoctlStruct.MINIMUM);
    assertEquals(40, DmIoctlStruct.SPEC_SIZE);
    assertEquals(0x10fc34, DmIoctlStruct.dev(252, 0x134));
    assertEquals(1 << 20, 1 + DmIoctlStruct.minor(DmIoctlStruct.dev(252, (1 << 20) - 1)));
    assertEquals(252, DmIoctlStruct.major(DmIoctlStruct.dev(252, 1000)));
  }

  @Test
  void device_fromItsCreationToItsEnd() {
    with(
        (m, f) -> {
          assertEquals(0, new Ask(312, "d").make(f, Command.DEV_CREATE));
          assertEquals(0, new Ask(1024, "d").target(0, 8, "zero", "").make(f, Command.TABLE_LOAD));
          Ask resume = new Ask(312, "d");
          assertEquals(0, resume.make(f, Command.DEV_SUSPEND));
          assertEquals(DmIoctlStruct.dev(252, 0), resume.s.dev());
          assertEquals(DmReply.ACTIVE_PRESENT | DmReply.UEVENT_GENERATED, resume.s.flags());

          Ask byNumber = new Ask(1024, "");
          byNumber.s.setDev(DmIoctlStruct.dev(252, 0));
          byNumber.flags(DmReply.STATUS_TABLE);
          assertEquals(0, byNumber.make(f, Command.TABLE_STATUS));
          assertEquals("d", byNumber.s.name());
          assertEquals("zero", byNumber.s.text(312 + 24, 312 + 40));
          assertEquals(312 + 40 + 1, byNumber.s.dataSize());

          Ask list = new Ask(400, "");
          assertEquals(0, list.make(f, Command.LIST_DEVICES));
          assertEquals("d", list.s.text(312 + 12, 400));
          assertEquals(0, new Ask(312, "d").make(f, Command.DEV_REMOVE));
          assertEquals(-Errno.ENXIO, new Ask(312, "d").make(f, Command.DEV_STATUS));
        });
  }

  @Test
  void result_thatDoesNotFit_isSaidToBeLeftOut() {
    with(
        (m, f) -> {
          m.device("d", "0 8192 linear 1:0 0");
          Ask small = new Ask(356, "d").flags(DmReply.STATUS_TABLE);
          assertEquals(0, small.make(f, Command.TABLE_STATUS));
          assertTrue((small.s.flags() & DmReply.BUFFER_FULL) != 0);
          Ask names = new Ask(320, "");
          assertEquals(0, names.make(f, Command.LIST_DEVICES));
          assertTrue((names.s.flags() & DmReply.BUFFER_FULL) != 0);
          Ask deps = new Ask(321, "d");
          assertEquals(0, deps.make(f, Command.TABLE_DEPS));
          assertTrue((deps.s.flags() & DmReply.BUFFER_FULL) != 0);
        });
  }

  @Test
  void badStructs_areRefusedAsTheKernelDoes() {
    with(
        (m, f) -> {
          Ask old = new Ask(312, "d");
          old.s.setVersion(0, 3);
          assertEquals(-Errno.EINVAL, old.make(f, Command.DEV_STATUS));
          assertEquals(4, old.s.version(0), "the kernel's own is told all the same");
          assertEquals(-Errno.ENOTTY, f.ioctl(0xc138fe07, new Memory(312)));
          assertEquals(-Errno.ENOTTY, f.ioctl(IOWR_DM | 99, new Ask(312, "").memory));
          Ask tooSmall = new Ask(312, "d");
          tooSmall.s.setDataSize(304);
          assertEquals(-Errno.EINVAL, tooSmall.make(f, Command.DEV_STATUS));
          Ask beyond = new Ask(312, "d");
          beyond.s.setDataSize(4096);
          assertEquals(-Errno.EFAULT, beyond.make(f, Command.TABLE_STATUS));
          assertEquals(-Errno.EINVAL, new Ask(312, "").make(f, Command.DEV_CREATE));
          assertEquals(-Errno.EINVAL, new Ask(312, "a/b").make(f, Command.DEV_CREATE));
          Ask two = new Ask(312, "d");
          two.s.setUuid("u");
          assertEquals(-Errno.EINVAL, two.make(f, Command.DEV_STATUS));
          assertEquals(0, new Ask(312, "d").make(f, Command.DEV_CREATE));
          Ask noEnd = new Ask(360, "d").target(0, 8, "zero", "");
          java.util.Arrays.fill(noEnd.memory.bytes, 352, 360, (byte) 'x');
          assertEquals(-Errno.EINVAL, noEnd.make(f, Command.TABLE_LOAD));
          Ask notModelled = new Ask(512, "d").target(0, 8, "thin-pool", "1 2");
          assertEquals(-Errno.EINVAL, notModelled.make(f, Command.TABLE_LOAD));
          assertEquals(0, new Ask(312, "d").make(f, Command.DEV_REMOVE));
        });
  }

  @Test
  void interface_isThatOfTheKernel() {
    with("6.1.192", (m, f) -> assertVersion(f, 47, -Errno.EINVAL));
    with("6.12.117", (m, f) -> assertVersion(f, 48, 0));
  }

  private static void assertVersion(ControlFile f, int minor, int answerToNew) {
    Ask newest = new Ask(312, "");
    newest.s.setVersion(1, 48);
    assertEquals(answerToNew, newest.make(f, Command.VERSION));
    assertEquals(minor, newest.s.version(1));
  }

  @Test
  void poll_seesEventsSinceItWasArmed() {
    with(
        (m, f) -> {
          assertFalse(f.isReadable());
          assertEquals(0, new Ask(312, "d").make(f, Command.DEV_CREATE));
          assertTrue(f.isReadable());
          assertEquals(0, new Ask(312, "").make(f, Command.DEV_ARM_POLL));
          assertFalse(f.isReadable());
        });
  }

  @Test
  void garbage_isAnsweredAndLeavesNothingBehind() {
    fuzz(4_000, 1);
  }

  @Test
  @Tag("deep")
  void muchGarbage_isAnsweredAndLeavesNothingBehind() {
    for (int seed = 2; seed < 12; seed++) {
      fuzz(10_000, seed);
    }
  }

  /** Calls with structs that are right but for a few bytes, or not at all. */
  private static void fuzz(int calls, long seed) {
    Random random = new Random(seed);
    int[] answers = new int[4096];
    DmMachine m = machine(seed % 2 == 0 ? "6.1.192" : "6.12.117");
    m.task(
        "fuzzer",
        () -> {
          ControlFile f = new ControlFile(m.dm());
          for (int i = 0; i < calls; i++) {
            answers[-one(f, random)]++;
          }
          Ask all = new Ask(312, "");
          assertEquals(0, all.make(f, Command.REMOVE_ALL));
          assertEquals(List.of(), m.dm().list().lines(), "nobody had a device open");
        });
    Outcome o = m.run();
    assertTrue(o.isClean(), () -> o.reports().toString());
    List<String> seen = new ArrayList<>();
    for (int e : new int[] {0, Errno.EINVAL, Errno.ENXIO, Errno.EFAULT, Errno.EBUSY}) {
      if (answers[e] == 0) {
        seen.add(Errno.name(e));
      }
    }
    assertEquals(List.of(), seen, "answers that never came");
  }

  private static int one(ControlFile f, Random random) {
    Command[] commands = Command.values();
    Command c = commands[random.nextInt(commands.length)];
    if (c == Command.DEV_WAIT || (c == Command.REMOVE_ALL && random.nextInt(20) > 0)) {
      c = Command.TABLE_LOAD;
    }
    int size = random.nextInt(4) == 0 ? 305 + random.nextInt(200) : 312 + random.nextInt(3000);
    Ask a = new Ask(Math.max(size, 312), random.nextInt(8) == 0 ? "" : "d" + random.nextInt(3));
    a.flags(random.nextInt(2) == 0 ? 0 : random.nextInt() & ~(1 << 1 | 1 << 10 | 1 << 11));
    if (size > 420 && random.nextInt(3) > 0) {
      String type = TYPES[random.nextInt(TYPES.length)];
      a.target(0, 8 * random.nextInt(64), type, PARAMETERS[random.nextInt(PARAMETERS.length)]);
    }
    for (int n = random.nextInt(6) - 3; n > 0; n--) {
      a.memory.bytes[random.nextInt(size)] = (byte) random.nextInt();
    }
    if (random.nextInt(10) == 0) {
      a.s.setDataSize(random.nextInt(5000));
    }
    if (random.nextInt(10) == 0) {
      a.s.setDataStart(random.nextInt(400));
    }
    return a.make(f, c);
  }
}
