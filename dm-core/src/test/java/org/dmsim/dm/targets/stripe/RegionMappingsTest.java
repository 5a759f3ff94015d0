package org.dmsim.dm.targets.stripe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.dmsim.block.Errno;
import org.junit.jupiter.api.Test;

/** What {@code set_region_mappings} does to the table; the message format of dm-switch.c, 6.1. */
final class RegionMappingsTest {

  private final RegionTable table = new RegionTable(32, 3);

  private int send(String text) {
    return new RegionMappings(table, 3).process(("set_region_mappings " + text).split(" "));
  }

  private String paths(int from, int to) {
    StringBuilder s = new StringBuilder();
    for (int i = from; i < to; i++) {
      s.append(table.read(i));
    }
    return s.toString();
  }

  @Test
  void fresh_dealsRegionsOutInTurn() {
    assertEquals("01201201201201201201201201201201", paths(0, 32));
  }

  @Test
  void regionAndPath_areHexadecimal() {
    assertEquals(0, send("1d:2 :0 a:2"));
    assertEquals("20", paths(29, 31));
    assertEquals("2", paths(10, 11));
  }

  @Test
  void cycle_goesOnWithTheLastPaths() {
    assertEquals(0, send("4:2 :2 :1 R3,7"));
    assertEquals("2212212212", paths(4, 14));
  }

  @Test
  void mistake_keepsWhatCameBefore() {
    assertEquals(-Errno.EINVAL, send("5:0 6:3"));
    assertEquals("0", paths(5, 6));
    assertEquals(-Errno.EINVAL, send("20:0"));
    assertEquals(-Errno.EINVAL, send("5"));
    assertEquals(-Errno.EINVAL, send("5:"));
    assertEquals(-Errno.EINVAL, send("5:1x"));
    assertEquals(-Errno.EINVAL, send("1:0 R3,1"));
    assertEquals(-Errno.EINVAL, send("1f:0 R1,1"));
  }

  @Test
  void entriesThatDoNotDivideALong_stayApart() {
    RegionTable wide = new RegionTable(1000, 9); // 4 bits each
    RegionTable odd = new RegionTable(1000, 5); // 3 bits each, 21 a long
    for (int i = 0; i < 1000; i++) {
      assertEquals(i % 9, wide.read(i));
      assertEquals(i % 5, odd.read(i));
    }
  }
}
