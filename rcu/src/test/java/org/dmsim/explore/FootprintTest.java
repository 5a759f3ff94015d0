package org.dmsim.explore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.dmsim.machine.Shared;
import org.junit.jupiter.api.Test;

/** Equal steps are one object; unequal ones never are, however many share a place in the table. */
class FootprintTest {

  /** Pairs of steps that differ in one thing; some of each thing share a place in the table. */
  private static final int PAIRS = 120_000;

  private static final class Thing extends Shared {
    Thing(long id) {
      super(null, "thing", id);
    }
  }

  @Test
  void step_isWhatWasTouched_andOneObjectWithItsLike() {
    Learned learned = new Learned(new ObjectTable());
    Footprint f = new Footprint(learned);
    SplittableRandom random = new SplittableRandom(1);
    for (int n = 0; n < PAIRS; n++) {
      int[] like = {1, 2, 3, 1 << 20, 4, 5, 6};
      checked(f, learned, like, 1);
      int changed = n % like.length;
      like[changed] = random.nextInt(6, Integer.MAX_VALUE);
      checked(f, learned, like, 1);
    }
    for (int choices = 0; choices < 3; choices++) {
      checked(f, learned, new int[] {1, 2, 3, 1 << 20, 4, 5, 6}, choices);
    }
  }

  /**
   * Makes a step of a task, flags, a kind, another object, its kind, and a choice of data, and its
   * own.
   */
  private static void checked(Footprint f, Learned learned, int[] of, int choices) {
    Shared thing = new Thing(-of[6]);
    int[] more = {of[3], of[4]};
    int[] data = {of[5], 6};
    f.clear();
    f.announce(thing, of[2], 0);
    f.touch(more[0], more[1], true);
    Step s = f.step(of[0], of[1], data, choices);
    assertEquals(of[0], s.task());
    assertEquals(of[1], s.flags());
    assertEquals(learned.objects.numberOf(thing.id()), s.object());
    assertEquals(of[2], s.kind());
    assertArrayEquals(more, s.more());
    assertArrayEquals(Arrays.copyOf(data, choices), s.data());
    assertSame(s, f.step(of[0], of[1], data, choices));
  }
}
