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
