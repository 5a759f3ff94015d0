package org.dmsim.scenarios.door;

import java.util.Locale;

/**
 * A processor architecture of Linux, as far as its system calls differ: their numbers stand in
 * {@link SystemCall}, the layout of {@code struct stat} in {@link StatLayout}.
 */
enum Architecture {
  /** {@code AUDIT_ARCH_X86_64}. */
  X86_64(0xC000003E),
  /** {@code AUDIT_ARCH_AARCH64}. */
  ARM64(0xC00000B7);

  private final int audit;

  Architecture(int audit) {
    this.audit = audit;
  }

  /** What {@code struct seccomp_data} says of a call. */
  int audit() {
    return audit;
  }

  /** That of this host. */
  static Architecture host() throws DoorClosed {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    if (!os.equals("linux")) {
      throw new DoorClosed("this is " + System.getProperty("os.name") + " and not Linux");
    }
    return switch (arch) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64" -> ARM64;
      default ->
          throw new DoorClosed("the processor is " + arch + "; x86_64 and aarch64 are known");
    };
  }
}
