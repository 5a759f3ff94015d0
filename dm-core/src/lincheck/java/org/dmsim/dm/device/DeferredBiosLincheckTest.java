package org.dmsim.dm.device;

import java.util.ArrayDeque;
import org.dmsim.OnThreads;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.version.KernelVersion;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The list of deferred bios on real threads is a queue: first in, first out, none lost. */
class DeferredBiosLincheckTest {

  /** The list, with bios known by number. */
  public static class Deferred {
    private final MappedDevice md =
        MappedDevice.create(new DmCore(new BlockLayer(), KernelVersion.RECORDED, 2), -1);

    /** Defers a bio. */
    @Operation
    public void defer(@Param(gen = IntGen.class) int number) {
      DeferredBios.add(md, new Numbered(number));
    }

    /** The number of the bio that has waited longest; null if none waits. */
    @Operation
    public Integer next() {
      Bio bio = DeferredBios.next(md);
      return bio == null ? null : ((Numbered) bio).number;
    }
  }

  private static final class Numbered extends Bio {
    private final int number;

    Numbered(int number) {
      this.number = number;
    }
  }

  /** A queue. */
  public static class Queue {
    private final ArrayDeque<Integer> numbers = new ArrayDeque<>();

    /** Puts one behind the others. */
    public void defer(int number) {
      numbers.add(number);
    }

    /** Takes the first. */
    public Integer next() {
      return numbers.poll();
    }
  }

  @Test
  void isAQueue() {
    OnThreads.check(Deferred.class, Queue.class);
  }

  @Tag("deep")
  @Test
  void isAQueue_forLong() {
    OnThreads.checkForLong(Deferred.class, Queue.class);
  }
}
