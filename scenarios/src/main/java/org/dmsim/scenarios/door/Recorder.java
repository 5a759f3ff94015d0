package org.dmsim.scenarios.door;

import org.dmsim.block.syscall.Syscalls;
import org.dmsim.dm.ioctl.ControlFile;
import org.dmsim.dm.ioctl.UserBuffer;

/** What becomes a script of what a session asks the machine. */
interface Recorder {

  /** Nothing is recorded. */
  Recorder NONE = new Recorder() {};

  /** A command of the script language, by the current task. */
  default void note(String command) {}

  /** A read or write. */
  default void transfer(
      OpenFile f, boolean write, long position, long total, int flags, Iovec iov, Call c) {}

  /** A block device was opened. */
  default void opened(OpenFile f, int flags) {}

  /** It is closed. */
  default void closed(OpenFile f) {}

  /** A program sleeps, ns. */
  default void slept(long time) {}

  /** A range is discarded or zeroed. */
  default void range(OpenFile f, Syscalls.RangeIoctl what, long start, long length) {}

  /** Reads along with an ioctl of device mapper. */
  default UserBuffer listening(ControlFile.Command command, UserBuffer user) {
    return user;
  }

  /** A fallocate. */
  default void fallocate(OpenFile f, int mode, long start, long length) {}
}
