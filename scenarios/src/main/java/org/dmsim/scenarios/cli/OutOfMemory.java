package org.dmsim.scenarios.cli;

import java.util.Optional;

/** A machine that is too large for this JVM: no fault of dmsim's, and it can be helped. */
final class OutOfMemory {

  private OutOfMemory() {}

  /** What to do about it, if that is what the fault comes from. */
  static Optional<String> line(Throwable fault) {
    for (Throwable t = fault; t != null; t = t.getCause()) {
      if (t instanceof OutOfMemoryError) {
        long megabytes = Runtime.getRuntime().maxMemory() >> 20;
        return Optional.of(
            "out of memory: Java may take "
                + megabytes
                + " MiB here, and the script needs more; write DMSIM_JAVA_OPTS=-Xmx"
                + (megabytes / 512 + 1)
                + "g before the command, give it smaller disks, or --jobs 1");
      }
    }
    return Optional.empty();
  }
}
