package org.dmsim.dm.targets.stripe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arithmetic of striping against its definition, sector by sector. */
final class StripesTest {

  @ParameterizedTest
  @CsvSource({"1,8", "2,8", "4,64", "3,2", "3,12", "5,7", "2,3", "8,1"})
  void everySector_isWhereDealingOutChunksPutsIt(int count, int chunk) {
    Stripes stripes = new Stripes(count, chunk);
    long[] next = new long[count];
    for (long sector = 0; sector < 6L * count * chunk; sector++) {
      int stripe = (int) (sector / chunk % count);
      assertEquals(stripe, stripes.stripe(sector), "stripe of " + sector);
      assertEquals(next[stripe]++, stripes.sector(sector), "place of " + sector);
    }
  }

  @ParameterizedTest
  @CsvSource({"2,8", "3,2", "3,12", "4,16"})
  void bound_countsTheSectorsOfAStripeInFront(int count, int chunk) {
    Stripes stripes = new Stripes(count, chunk);
    long[] before = new long[count];
    for (long sector = 0; sector < 6L * count * chunk; sector++) {
      for (int s = 0; s < count; s++) {
        assertEquals(before[s], stripes.bound(sector, s), "bound of " + sector + " in " + s);
      }
      before[stripes.stripe(sector)]++;
    }
  }
}
