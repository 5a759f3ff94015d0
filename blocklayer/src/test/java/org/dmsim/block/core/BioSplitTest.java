package org.dmsim.block.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.function.Consumer;
import org.dmsim.block.BlockMachine;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.device.Gendisk;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.block.queue.RequestQueue;
import org.junit.jupiter.api.Test;

/** A driver that cuts bios to its queue's limits. Expected pieces: block/blk-merge.c, 6.1. */
class BioSplitTest {

  /** A disk that cuts what it gets, and ends it. */
  private static BlockMachine cutting(Consumer<QueueLimits> limits) {
    return new BlockMachine(
        d -> {
          Gendisk disk =
              d.allocDisk(
                  "cut",
                  99,
                  0,
                  bio -> {
                    Bio front = BioSplit.toLimits(bio);
                    if (front != null) {
                      front.endio();
                    }
                  });
          disk.queue().set(RequestQueue.QUEUE_FLAG_NOWAIT);
          limits.accept(disk.queue().limits());
          disk.setCapacity(1 << 20);
          disk.add();
        });
  }

  private static List<String> submit(BlockMachine m, int opf, long sector, int bytes) {
    m.task(
            "t",
            () -> {
              Bio bio = Bio.onStack(m.dev("cut"), opf);
              bio.setSector(sector);
              if (Opf.op(opf) <= Opf.REQ_OP_WRITE) {
                bio.setData(new byte[bytes], 0, bytes);
              } else {
                bio.setSize(bytes);
              }
              BlkCore.submitBioWait(bio);
            })
        .run();
    assertEquals(List.of(), m.found());
    return m.events;
  }

  @Test
  void readIsCutAtChunks() {
    BlockMachine m = cutting(l -> l.chunkSectors = 16);
    assertEquals(
        List.of(
            "Q 99,0 RS 8 + 24", "X 99,0 RS 8 / 16", "C 99,0 RS 8 + 8 [0]", "C 99,0 RS 16 + 16 [0]"),
        submit(m, Opf.REQ_OP_READ, 8, 24 * 512));
  }

  @Test
  void readIsCutAtTheMaximum_endingOnAPhysicalBlock() {
    BlockMachine m =
        cutting(
            l -> {
              l.setPhysicalBlockSize(4096);
              l.maxSectors = 20;
            });
    assertEquals("X 99,0 RS 4 / 24", submit(m, Opf.REQ_OP_READ, 4, 40 * 512).get(1));
  }

  @Test
  void readIsCutAtTheNumberOfSegments() {
    BlockMachine m = cutting(l -> l.maxSegments = 2);
    assertEquals("X 99,0 RS 0 / 16", submit(m, Opf.REQ_OP_READ, 0, 24 * 512).get(1));
  }

  @Test
  void pageOfDataIsNeverLookedAt() {
    BlockMachine m = cutting(l -> l.maxSectors = 4);
    assertEquals(2, submit(m, Opf.REQ_OP_READ, 0, 4096).size());
  }

  @Test
  void nowaitThatWouldBeCut_endsWithAgain() {
    BlockMachine m = cutting(l -> l.chunkSectors = 16);
    assertEquals(
        List.of("Q 99,0 RS 8 + 24", "C 99,0 RS 8 + 24 [-11]"),
        submit(m, Opf.REQ_OP_READ | Opf.REQ_NOWAIT, 8, 24 * 512));
  }

  @Test
  void discardIsCutSoThatTheNextOneStartsAligned() {
    BlockMachine m =
        cutting(
            l -> {
              l.discardGranularity = 4096;
              l.setMaxDiscardSectors(20);
            });
    assertEquals(
        List.of(
            "Q 99,0 DS 3 + 40",
            "X 99,0 DS 3 / 16",
            "C 99,0 DS 3 + 13 [0]",
            "X 99,0 DS 16 / 32",
            "C 99,0 DS 16 + 16 [0]",
            "C 99,0 DS 32 + 11 [0]"),
        submit(m, Opf.REQ_OP_DISCARD, 3, 40 * 512));
  }

  @Test
  void writeZeroesIsCutAtItsMaximum() {
    BlockMachine m = cutting(l -> l.maxWriteZeroesSectors = 10);
    assertEquals("X 99,0 NS 0 / 10", submit(m, Opf.REQ_OP_WRITE_ZEROES, 0, 12 * 512).get(1));
  }

  @Test
  void whatFits_staysAsItIs() {
    BlockMachine m = cutting(l -> l.chunkSectors = 16);
    m.task(
            "t",
            () -> {
              Bio bio = Bio.onStack(m.dev("cut"), Opf.REQ_OP_READ);
              bio.setData(new byte[8192], 0, 8192);
              assertSame(bio, BioSplit.toLimits(bio));
              bio.addOpf(Opf.REQ_NOWAIT);
              bio.setSector(8);
              assertNull(BioSplit.toLimits(bio));
            })
        .run();
  }
}
