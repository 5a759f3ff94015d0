package org.dmsim.block.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Limits of one queue, and of what is stacked on several. Expected values: block/, 6.1. */
class QueueLimitsTest {

  private static QueueLimits ram() {
    QueueLimits l = new QueueLimits();
    l.setPhysicalBlockSize(4096);
    return l;
  }

  @Test
  void stackTakesTheSmallerMaximumAndTheLargerBlock() {
    QueueLimits t = QueueLimits.stacking();
    assertEquals(0, t.stack(ram(), 0));
    assertEquals(255, t.maxSectors);
    assertEquals(255, t.maxHwSectors);
    assertEquals(128, t.maxSegments);
    assertEquals(65536, t.maxSegmentSize);
    assertEquals(4096, t.physicalBlockSize);
    assertEquals(4096, t.ioMin);
    assertEquals(512, t.logicalBlockSize);
    assertFalse(t.misaligned);
  }

  @Test
  void startInsideAPhysicalBlockBecomesTheAlignmentOffset() {
    QueueLimits t = QueueLimits.stacking();
    assertEquals(0, t.stack(ram(), 1));
    assertEquals(3584, t.alignmentOffset);
  }

  @Test
  void devicesThatStartAtDifferentPlacesOfABlock_areMisaligned() {
    QueueLimits t = QueueLimits.stacking();
    t.stack(ram(), 0);
    assertEquals(-1, t.stack(ram(), 1));
    assertTrue(t.misaligned);
  }

  @Test
  void optimalSizesMeetInTheirLeastCommonMultiple() {
    QueueLimits t = QueueLimits.stacking();
    QueueLimits a = ram();
    a.ioOpt = 3 * 4096;
    QueueLimits b = ram();
    b.ioOpt = 2 * 4096;
    t.stack(a, 0);
    t.stack(b, 0);
    assertEquals(6 * 4096, t.ioOpt);
  }

  @Test
  void optimalSizeThatIsNoMultipleOfTheBlock_isDropped() {
    QueueLimits t = QueueLimits.stacking();
    QueueLimits a = new QueueLimits();
    a.ioOpt = 1536;
    t.stack(ram(), 0);
    assertEquals(-1, t.stack(a, 0));
    assertEquals(0, t.ioOpt);
  }

  @Test
  void chunksMeetInTheirGreatestCommonDivisor() {
    QueueLimits t = QueueLimits.stacking();
    QueueLimits a = ram();
    a.chunkSectors = 48;
    QueueLimits b = ram();
    b.chunkSectors = 32;
    t.stack(a, 0);
    t.stack(b, 0);
    assertEquals(16, t.chunkSectors);
  }

  @Test
  void discardIsThereIfOneDeviceHasIt_withTheLargerGranularity() {
    QueueLimits t = QueueLimits.stacking();
    QueueLimits a = new QueueLimits();
    a.discardGranularity = 4096;
    a.setMaxDiscardSectors(1000);
    QueueLimits b = new QueueLimits();
    b.discardGranularity = 512;
    b.setMaxDiscardSectors(2000);
    t.stack(ram(), 0);
    t.stack(a, 3);
    t.stack(b, 0);
    assertEquals(4096, t.discardGranularity);
    assertEquals(1000, t.maxDiscardSectors);
    assertEquals(2560, t.discardAlignment);
  }

  @Test
  void writeZeroesNeedsEveryDevice() {
    QueueLimits t = QueueLimits.stacking();
    QueueLimits a = new QueueLimits();
    a.maxWriteZeroesSectors = 1000;
    t.stack(a, 0);
    assertEquals(1000, t.maxWriteZeroesSectors);
    t.stack(ram(), 0);
    assertEquals(0, t.maxWriteZeroesSectors);
  }

  @Test
  void maximumIsRoundedDownToWholeBlocks_butTakesAPage() {
    QueueLimits t = QueueLimits.stacking();
    QueueLimits big = new QueueLimits();
    big.setLogicalBlockSize(4096);
    t.stack(big, 0);
    assertEquals(248, t.maxSectors);
    QueueLimits tiny = new QueueLimits();
    tiny.maxSectors = 1;
    t.stack(tiny, 0);
    assertEquals(8, t.maxSectors);
  }

  @Test
  void hardwareMaximumIsASoftOneUpTo1280KiB() {
    QueueLimits l = new QueueLimits();
    l.setMaxHwSectors(10_000);
    assertEquals(10_000, l.maxHwSectors);
    assertEquals(2560, l.maxSectors);
    l.setMaxHwSectors(1);
    assertEquals(8, l.maxHwSectors);
  }
}
