package org.dmsim.block.bio;

import org.dmsim.OnThreads;
import org.dmsim.block.Opf;
import org.dmsim.memory.Gfp;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A bio set on real threads where memory has run out: an allocation that may wait gets a bio in the
 * end, and nobody else has that bio. With one bio in reserve a set is a lock, and what it protects
 * is a counter.
 */
class BioSetLincheckTest {

  /** A counter that whoever has the one bio may use. */
  public static class OneBio {
    private final BioSet set = BioSet.withMemory("set", 1, () -> false);
    private int count;

    /** The count before. */
    @Operation
    public int count() {
      Bio bio = set.alloc(null, Opf.REQ_OP_READ, Gfp.NOIO);
      int seen = count;
      count = seen + 1;
      bio.put();
      return seen;
    }

    /** The count before. */
    @Operation
    public int countAlone() {
      Bio bio = set.alloc(null, Opf.REQ_OP_WRITE, Gfp.NOIO);
      if (set.alloc(null, Opf.REQ_OP_WRITE, Gfp.NOWAIT) != null) {
        throw new IllegalStateException("two have the one bio");
      }
      int seen = count;
      count = seen + 1;
      bio.put();
      return seen;
    }
  }

  @Test
  void isLinearizable() {
    OnThreads.check(OneBio.class, OneBio.class);
  }

  @Tag("deep")
  @Test
  void isLinearizable_forLong() {
    OnThreads.checkForLong(OneBio.class, OneBio.class);
  }
}
