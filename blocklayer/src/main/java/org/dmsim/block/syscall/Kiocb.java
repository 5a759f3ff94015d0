package org.dmsim.block.syscall;

import org.dmsim.block.device.BlockDevice;
import org.dmsim.machine.Task;
import org.dmsim.machine.TaskKey;

/**
 * {@code struct kiocb} with its {@code iov_iter}: one read or write of one run of a user's memory.
 * The kernel has it on the stack of the call; here each task keeps one for all its calls, which
 * come one after another, and nobody but the call ever sees it.
 */
final class Kiocb {

  private static final TaskKey<Kiocb> KEY = new TaskKey<>(3);

  BlockFile file;
  boolean write;
  byte[] memory;

  /** Where the runs of memory lie; null for one run, whose page offsets are those of the array. */
  IovIter iter;

  /** {@code RWF_} bits. */
  int flags;

  /** Where in the device, bytes. */
  long pos;

  /** Next byte of {@link #memory}; page offsets are those of the array. */
  int at;

  /** Bytes left. */
  long count;

  /** {@code IOCB_HIPRI} of a call whose end is polled for: no other call of a task's own has it. */
  boolean polled;

  private Kiocb() {}

  /** That of the calling task, for a call which begins. */
  static Kiocb init(
      BlockFile file, boolean write, byte[] memory, int at, long count, long pos, int flags) {
    Kiocb iocb = mine();
    iocb.file = file;
    iocb.write = write;
    iocb.memory = memory;
    iocb.at = at;
    iocb.count = count;
    iocb.pos = pos;
    iocb.flags = flags;
    iocb.iter = null;
    iocb.polled = false;
    return iocb;
  }

  /** As {@link #init(BlockFile, boolean, byte[], int, long, long, int)}, for several runs. */
  static Kiocb init(BlockFile file, boolean write, IovIter iter, long count, long pos, int flags) {
    Kiocb iocb = init(file, write, iter.memory(), iter.at(), count, pos, flags);
    iocb.iter = iter;
    return iocb;
  }

  private static Kiocb mine() {
    Task t = Task.current();
    if (t == null) {
      return new Kiocb();
    }
    Kiocb iocb = t.get(KEY);
    if (iocb == null) {
      iocb = new Kiocb();
      t.set(KEY, iocb);
    }
    return iocb;
  }

  BlockDevice bdev() {
    return file.bdev();
  }

  boolean has(int rwf) {
    return (flags & rwf) != 0;
  }
}
