package org.dmsim.scenarios.door;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the host's /proc tells of a program's threads. */
final class Threads {

  private Threads() {}

  /** A thread's name of 15 characters at most; {@code ?} if it is gone. */
  static String comm(int tid) {
    try {
      return Files.readString(Path.of("/proc/" + tid + "/comm")).strip();
    } catch (IOException gone) {
      return "?";
    }
  }

  /** Whether it is there still. */
  static boolean lives(int tid) {
    return Files.exists(Path.of("/proc/" + tid));
  }

  /** Whether a signal waits for it that it has a handler for, and does not block. */
  static boolean hasSignal(int tid) {
    try {
      long pending = 0;
      long blocked = 0;
      long caught = 0;
      for (String line : Files.readAllLines(Path.of("/proc/" + tid + "/status"))) {
        if (line.startsWith("SigPnd:") || line.startsWith("ShdPnd:")) {
          pending |= mask(line);
        } else if (line.startsWith("SigBlk:")) {
          blocked = mask(line);
        } else if (line.startsWith("SigCgt:")) {
          caught = mask(line);
        }
      }
      return (pending & caught & ~blocked) != 0;
    } catch (IOException gone) {
      return true;
    }
  }

  private static long mask(String line) {
    return Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16);
  }

  /** The process of a thread; the thread itself if it is gone. */
  static int process(int tid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + tid + "/status"))) {
        if (line.startsWith("Tgid:")) {
          return Integer.parseInt(line.substring(5).strip());
        }
      }
    } catch (IOException gone) {
      return tid;
    }
    return tid;
  }
}
