package org.dmsim.dm.targets.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Program;
import org.dmsim.explore.Result;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedInt;
import org.junit.jupiter.api.Test;

/** Who forbids blocks to be moved waits for those that are being moved, and is woken. */
final class BackgroundTest {

  private static void load(Machine m, int movers) {
    Background[] b = new Background[1];
    SharedInt[] blocks = new SharedInt[1];
    m.boot(
        () -> {
          b[0] = new Background();
          b[0].allow();
          blocks[0] = new SharedInt("blocks being moved", 0);
        });
    for (int i = 0; i < movers; i++) {
      m.spawnKthread(
          "mover" + i,
          () -> {
            if (b[0].begin()) {
              blocks[0].add(1);
              blocks[0].add(-1);
              b[0].end();
            }
          });
    }
    m.spawnKthread(
        "suspender",
        () -> {
          b[0].prevent();
          assertEquals(0, blocks[0].readOnce(), "still being moved");
          assertFalse(b[0].begin(), "moved though it was forbidden");
        });
  }

  private static Result search(int movers) {
    Program p = m -> load(m, movers);
    Configuration c = Configuration.standard();
    return new Explorer(p, c.withCpus(Explorer.cpusFor(p, c)), Bounds.EXHAUSTIVE).explore();
  }

  @Test
  void prevent_comesToItsEnd_howeverManyAreMoved() {
    for (int movers = 1; movers <= 2; movers++) {
      Result r = search(movers);
      assertEquals(
          Result.End.EXHAUSTED,
          r.end(),
          () -> r.finding().map(f -> String.join("\n", f.columns())).orElse(""));
    }
  }
}
