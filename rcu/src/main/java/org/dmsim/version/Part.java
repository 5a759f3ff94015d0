package org.dmsim.version;

/** What a policy changes; the parts in which {@code dmsim kernels} lists them. */
public enum Part {
  /** How a bio finds the live table. */
  LOOKUP("lookup"),
  /** What else a mapped device does with a bio. */
  IO("dm I/O"),
  /** Tables, and the limits and flags that follow from them. */
  TABLE("dm tables"),
  /** The ioctls of dm, their checks and messages. */
  IOCTL("dm ioctl"),
  /** Suspend, resume and removal. */
  SUSPEND("dm suspend"),
  /** Target types. */
  TARGET("targets"),
  /** Bios, queues and their limits. */
  BLOCK("block layer"),
  /** Disk drivers. */
  DISK("disks"),
  /** System calls on block devices. */
  SYSCALL("system calls"),
  /** Who gets a CPU. */
  SCHEDULER("scheduler"),
  /** The kernel's debug checks. */
  CHECKS("checks"),
  /** RCU and SRCU. */
  RCU("RCU"),
  /** Futexes. */
  FUTEX("futex");

  private final String words;

  Part(String words) {
    this.words = words;
  }

  /** As a person says it. */
  @Override
  public String toString() {
    return words;
  }
}
