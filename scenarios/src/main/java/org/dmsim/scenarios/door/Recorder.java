package org.dmsim.scenarios.door;

import org.dmsim.block.syscall.Syscalls;
import org.dmsim.dm.ioctl.ControlFile;

/**
 * Hears what a session asks of the machine, in the task that asks. Each command is told before it
 * is made, and its result with {@link #done}.
 */
interface Recorder {

  /** Nothing is recorded. */
  Recorder NONE = new Recorder() {};

  /** A command of the script language. */
  default void note(String command) {}

  /** What the command came to: 0 or more, or a negative errno. */
  default void done(long result) {}

  /** A block device was opened. */
  default void opened(OpenFile f, String name) {}

  /** It is about to be closed. */
  default void closed(OpenFile f, String name) {}

  /** A read past the page cache. */
  default void read(String name, long position, long length, int flags) {}

  /** A write past the page cache; its data begins at {@code at} and reaches to the end. */
  default void write(String name, byte[] data, int at, long position, long length, int flags) {}

  /** A range is discarded or zeroed. */
  default void range(String name, Syscalls.RangeIoctl what, long start, long length) {}

  /** An ioctl of device mapper, with the struct as the program handed it in. */
  default void ioctl(ControlFile.Command command, byte[] in) {}
}
