package org.dmsim.block;

import org.dmsim.version.Change;
import org.dmsim.version.Fact;
import org.dmsim.version.Part;
import org.dmsim.version.Policy;

/** What differs between kernels in the block layer. */
public enum BlockPolicy implements Policy {
  /** The fix: a call that would need a second bio issues none. */
  SEVERAL_NOWAIT_BIOS(
      Fact.until(
          Part.SYSCALL,
          "a NOWAIT call may need several bios, each of which fails or succeeds by itself",
          Change.of(
              "67d59247d4b5",
              "block: don't allow multiple bios for IOCB_NOWAIT issue",
              "6.2-rc5",
              "6.1.192")));

  private final Fact fact;

  BlockPolicy(Fact fact) {
    this.fact = fact;
  }

  @Override
  public Fact fact() {
    return fact;
  }
}
