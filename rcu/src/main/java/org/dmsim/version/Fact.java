package org.dmsim.version;

/**
 * What is known of a difference between kernels: since when it is so, and until when.
 *
 * @param part what it changes
 * @param sentence what a kernel does that has it
 * @param since the commit that brought it; null where every modelled kernel older than {@code
 *     until} has it
 * @param until the commit that ended it: a fix, a revert, a removal; null where none did
 */
public record Fact(Part part, String sentence, Change since, Change until) {

  /** Refuses one that tells no kernels apart. */
  public Fact {
    if (since == null && until == null) {
      throw new IllegalArgumentException("a fact of every kernel is no policy: " + sentence);
    }
  }

  /** What a commit brought, and none ended. */
  public Fact(Part part, String sentence, Change since) {
    this(part, sentence, since, null);
  }

  /** What was so until a commit ended it. */
  public static Fact until(Part part, String sentence, Change until) {
    return new Fact(part, sentence, null, until);
  }

  /** Whether it is so in {@code version}. */
  public boolean isIn(KernelVersion version) {
    return (since == null || since.isIn(version)) && (until == null || !until.isIn(version));
  }
}
