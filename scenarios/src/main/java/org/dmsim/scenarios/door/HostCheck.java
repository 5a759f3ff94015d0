package org.dmsim.scenarios.door;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dmsim.block.Errno;

/**
 * What the door needs of the host beside seccomp(2). It is tried once before a program starts: a
 * container's policy often forbids one of the calls, and a program would stumble over it as over a
 * fault of its own.
 */
final class HostCheck {

  private final Libc libc;

  HostCheck(Libc libc) {
    this.libc = libc;
  }

  /**
   * Tries it all.
   *
   * @throws DoorClosed where something is missing
   */
  void run() throws DoorClosed {
    int files = openFiles(Path.of("/proc/self/limits"));
    if (files < Filter.LAST_FD) {
      throw new DoorClosed(
          "a process may open "
              + files
              + " files here (ulimit -n), and the door needs "
              + Filter.LAST_FD);
    }
    try (Arena a = Arena.ofConfined()) {
      MemorySegment from = a.allocate(JAVA_LONG);
      MemorySegment to = a.allocate(JAVA_LONG);
      int self = (int) ProcessHandle.current().pid();
      long[] base = {from.address()};
      long[] length = {JAVA_LONG.byteSize()};
      need("process_vm_readv", libc.move(SystemCall.PROCESS_VM_READV, self, to, base, length, 8));
      need("process_vm_writev", libc.move(SystemCall.PROCESS_VM_WRITEV, self, to, base, length, 8));
    }
    try {
      OpenFiles open = new OpenFiles(libc, f -> {});
      libc.close(open.token(OpenFile.kmsg("/dev/kmsg", Node.kmsg(), 0)));
      open.close();
    } catch (CallError e) {
      need("memfd_create or inotify_add_watch", e.result());
    }
  }

  private static void need(String call, long result) throws DoorClosed {
    if (result < 0) {
      int error = (int) -result;
      boolean forbidden = error == Errno.EPERM || error == Errno.EACCES || error == Errno.ENOSYS;
      String why =
          forbidden ? "the host's policy forbids it (a container?)" : "a limit of the host's";
      throw new DoorClosed(call + "(2) says " + Errno.name(error) + ": " + why);
    }
  }

  /** The soft limit, which programs inherit; the JVM has set it to the hard one. */
  static int openFiles(Path limits) {
    try {
      for (String line : Files.readAllLines(limits)) {
        String[] words = line.split(" +");
        if (line.startsWith("Max open files") && !words[3].equals("unlimited")) {
          return Integer.parseInt(words[3]);
        }
      }
    } catch (IOException e) {
      return Integer.MAX_VALUE; // whoever cannot ask finds out
    }
    return Integer.MAX_VALUE;
  }
}
