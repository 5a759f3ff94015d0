package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.dmsim.block.bio.BlockEvent;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.disk.RamDisk;
import org.dmsim.block.syscall.BlockFile;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.dm.ioctl.TableLine;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.strategy.RoundRobin;
import org.junit.jupiter.api.Test;

/** The README's walk of a bio, beside the files that a read really comes through. */
class WalkOfABioTest {

  private static final int PAGE = 4096;

  /** Of files that follow one another, each once. */
  private final List<String> walk = new ArrayList<>();

  private final List<String> packages = new ArrayList<>();

  @Test
  void readme_showsTheFilesThatAReadComesThrough() throws IOException {
    Machine machine = new Machine(Configuration.standard(), new RoundRobin());
    machine.boot(() -> RamDisk.add(BlockLayer.of(machine), 0));
    machine.spawn("reader", () -> read(machine));
    assertTrue(machine.run().isClean());

    String readme = Files.readString(Path.of("..", "README.md")).replaceAll("\\s+", " ");
    String told = String.join(" ", walk);
    assertTrue(readme.contains(told), () -> "README.md lacks the walk of a bio: " + told);
    assertEquals(3, packages.size() - packages.stream().distinct().count(), packages::toString);
  }

  private void read(Machine machine) {
    DmIoctl dm = DmIoctl.of(machine);
    BlockDevice disk = BlockLayer.of(machine).lookup("ram0");
    dm.create("d0", null);
    dm.load("d0", false, List.of(new TableLine(0, 8, "linear", disk.dev() + " 0")));
    int minor = dm.resume("d0", false, false).minor();
    BlockFile file =
        Syscalls.open(BlockLayer.of(machine).lookup(DmCore.MAJOR, minor), false).file();
    machine.events().hear(BlockEvent.class, this::hear);
    assertEquals(PAGE, Syscalls.preadv2(file, new byte[PAGE], 0, PAGE, 0, 0));
    Syscalls.close(file);
  }

  /** The clone comes to the disk's queue; from the disk on, the way up to the end of the read. */
  private void hear(BlockEvent e) {
    boolean down = e.action() == BlockEvent.Action.QUEUE && e.major() != DmCore.MAJOR;
    boolean up = e.action() == BlockEvent.Action.COMPLETE && e.major() == DmCore.MAJOR;
    if (down || up) {
      List<Class<?>> stack = new ArrayList<>();
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
          .forEach(f -> stack.add(f.getDeclaringClass().getNestHost()));
      Collections.reverse(stack);
      int disk = stack.indexOf(RamDisk.class);
      stack.subList(down ? 0 : disk, stack.size()).forEach(this::comesTo);
    }
  }

  private void comesTo(Class<?> file) {
    String name = file.getPackageName().replace("org.dmsim.", "").replace("block.", "");
    boolean isOnTheWay = name.equals("dm.device") || file.getName().startsWith("org.dmsim.block.");
    boolean tells = file == BlockLayer.class || file.getSimpleName().startsWith("BlockEvent");
    if (!isOnTheWay || tells) {
      return;
    }
    if (packages.isEmpty() || !packages.getLast().equals(name)) {
      packages.add(name);
      walk.add((walk.isEmpty() ? "" : "→ ") + name + ": " + file.getSimpleName());
    } else if (!walk.getLast().endsWith(" " + file.getSimpleName())) {
      walk.set(walk.size() - 1, walk.getLast() + ", " + file.getSimpleName());
    }
  }
}
