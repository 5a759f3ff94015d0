package org.dmsim.scenarios.futex;

import java.util.List;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.disk.RamDisk;
import org.dmsim.block.syscall.BlockFile;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.dm.ioctl.DmReply;
import org.dmsim.dm.ioctl.TableLine;
import org.dmsim.futex.nptl.Protocol;
import org.dmsim.futex.nptl.Pthread;
import org.dmsim.futex.nptl.RobustMutex;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Task;

/**
 * A writer holds a robust mutex while its I/O waits on a suspended device. Killing it frees
 * nothing: the wait for I/O is uninterruptible, and the list is walked when the I/O has come back.
 * So whoever takes the mutex while the device is suspended by himself waits for himself.
 */
public final class KilledInSuspendedIo implements FutexScenario {

  static final String DEVICE = "d0";
  private static final int BLOCK = 4096;
  private static final long SECTORS = 8;

  @Override
  public String name() {
    return "killed-in-suspended-io";
  }

  @Override
  public String shows() {
    return "a task whose I/O waits on a suspended device keeps its robust mutex, killed or not, so"
        + " the mutex is not to be taken between suspend and resume";
  }

  @Override
  public String source() {
    return "robust-futexes.rst and dm_submit_bio, 6.1: the list is walked by do_exit, and"
        + " io_schedule takes no signal";
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    machine.boot(() -> RamDisk.add(BlockLayer.of(machine), 0));
    Stage stage = new Stage(machine, Protocol.MENDED).withMutexes(1);
    stage.thread(
        "dmsetup",
        self -> {
          makeDevice(machine);
          Task writer = stage.thread("writer", t -> lockAndRead(machine, t));
          stage.killer(writer);
          RobustMutex mutex = new RobustMutex(self, Stage.mutex(0));
          DmIoctl dm = DmIoctl.of(machine);
          if (fixed) {
            stage.inside(self, mutex, mutex.lock());
            dm.suspend(DEVICE, false, false);
          } else {
            dm.suspend(DEVICE, false, false);
            stage.inside(self, mutex, mutex.lock());
          }
          dm.resume(DEVICE, false, false);
        });
  }

  /** A device over the first sectors of a ram disk. */
  static void makeDevice(Machine machine) {
    DmIoctl dm = DmIoctl.of(machine);
    require(dm.create(DEVICE, null));
    require(dm.load(DEVICE, false, List.of(new TableLine(0, SECTORS, "linear", "1:0 0"))));
    require(dm.resume(DEVICE, false, false));
  }

  private static void require(DmReply reply) {
    if (!reply.ok()) {
      throw new IllegalStateException("device mapper answered " + reply.error());
    }
  }

  static void lockAndRead(Machine machine, Pthread self) {
    BlockFile file = Syscalls.open(BlockLayer.of(machine).lookup(DmCore.MAJOR, 0), false).file();
    RobustMutex mutex = new RobustMutex(self, Stage.mutex(0));
    mutex.lock();
    Syscalls.preadv2(file, new byte[BLOCK], 0, BLOCK, 0, 0);
    mutex.unlock();
    Syscalls.close(file);
  }
}
