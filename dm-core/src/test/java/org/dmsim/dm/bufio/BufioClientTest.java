package org.dmsim.dm.bufio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.BlockEvent;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.DmMachine;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Task;
import org.dmsim.memory.Memory;
import org.dmsim.strategy.RandomWalk;
import org.junit.jupiter.api.Test;

final class BufioClientTest {

  /** What is done with a client of ram0, or of d0, and may fail. */
  private interface Use {
    void of(BufioClient client) throws BufioException;
  }

  private final List<String> queued = new ArrayList<>();

  private Outcome play(long seed, int blockSize, String table, Use... uses) {
    DmMachine m = new DmMachine(Configuration.standard(), new RandomWalk(seed));
    m.task(
        "admin",
        () -> {
          m.device("d0", table);
          BlockLayer layer = BlockLayer.of(m.machine);
          layer
              .events()
              .listen(
                  e -> {
                    if (e.action() == BlockEvent.Action.QUEUE) {
                      queued.add(e.line());
                    }
                  });
          BlockDevice d0 = layer.lookup("dm-0");
          BufioClient client = new BufioClient(d0, blockSize, 1, null, null, false);
          int[] left = {uses.length};
          for (Use use : uses) {
            m.task(
                "user",
                () -> {
                  try {
                    use.of(client);
                  } catch (BufioException e) {
                    throw new AssertionError(e);
                  }
                  if (--left[0] == 0) {
                    client.destroy();
                  }
                });
          }
        });
    Outcome o = m.run();
    assertEquals(List.of(), o.reports());
    assertEquals(Outcome.End.FINISHED, o.end());
    return o;
  }

  private long of(String letters, String device) {
    return queued.stream().filter(q -> q.startsWith("Q " + device + " " + letters + " ")).count();
  }

  @Test
  void block_isReadOnce_howeverManyAskAtOnce() {
    for (long seed = 0; seed < 20; seed++) {
      queued.clear();
      Use read =
          c -> {
            DmBuffer b = c.read(3);
            assertSame(b, c.read(3));
            c.release(b);
            c.release(b);
          };
      play(seed, 4096, "0 1024 linear 1:0 0", read, read, read);
      assertEquals(List.of("Q 252,0 R 24 + 8", "Q 1,0 R 24 + 8"), queued);
    }
  }

  @Test
  void prefetchedBlocks_areReadInTheBackground_andForgottenByAReset() {
    play(
        1,
        1024,
        "0 1024 linear 1:0 0",
        c -> {
          c.prefetch(4, 3);
          c.release(c.read(5));
          assertEquals(3, of("R", "252,0"));
          c.reset();
          c.release(c.read(5));
          assertEquals(4, of("R", "252,0"));
        });
  }

  @Test
  void changedPart_isWrittenUpToWhatTheDeviceWritesAtOnce_andOnlyWhenAsked() {
    play(
        1,
        16384,
        "0 1024 linear 1:0 0",
        c -> {
          DmBuffer b = c.read(1);
          b.data()[5000] = 7;
          c.markPartialDirty(b, 5000, 5001);
          c.release(b);
          assertEquals(0, of("W", "252,0"));
          assertEquals(0, c.writeDirtyBuffers());
          assertEquals(List.of("Q 252,0 W 40 + 8", "Q 1,0 W 40 + 8"), queued.subList(2, 4));
          c.reset();
          b = c.read(1);
          assertEquals(7, b.data()[5000]);
          c.release(b);
        });
  }

  @Test
  void blockThatCannotBeRead_isNotKept_andAWriteErrorIsToldOnce() {
    play(
        1,
        4096,
        "0 1024 error",
        c -> {
          assertEquals(Errno.EIO, assertThrows(BufioException.class, () -> c.read(1)).errno());
          assertThrows(BufioException.class, () -> c.read(1));
          assertEquals(2, of("R", "252,0"));
          DmBuffer b = c.fresh(2);
          c.markDirty(b);
          c.release(b);
          assertEquals(-Errno.EIO, c.writeDirtyBuffers());
          assertEquals(0, c.writeDirtyBuffers());
        });
  }

  @Test
  void withoutMemory_theReserveServesOneAfterTheOther() {
    for (long seed = 0; seed < 20; seed++) {
      queued.clear();
      Use read =
          c -> {
            Task t = Task.current();
            Memory.of(t.machine()).failFor(t, true);
            c.release(c.read(1));
            c.release(c.read(2));
            Memory.of(t.machine()).failFor(t, false);
          };
      play(seed, 4096, "0 1024 linear 1:0 0", read, read);
    }
  }
}
