package org.dmsim.dm.targets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kernel's sscanf as targets use it; the first five were recorded (table/linear-*). */
class ScanTest {

  @ParameterizedTest
  @CsvSource({
    "0,true",
    "-1,false",
    "8k,false",
    "0x10,false",
    "010,true",
    "18446744073709551615,true",
    "18446744073709551616,true",
    "'',false",
    "+1,false"
  })
  void isUnsigned(String text, boolean expected) {
    assertEquals(expected, Scan.isUnsigned(text));
  }

  @Test
  void valuesWrapAround() {
    assertEquals(10, Scan.unsigned("010"));
    assertEquals(-1, Scan.unsigned("18446744073709551615"));
    assertEquals(0, Scan.unsigned("18446744073709551616"));
  }

  @Test
  void argsAreSplitAtWhiteSpaceAndABackslashQuotes() {
    assertArrayEquals(new String[] {"1:0", "0"}, Scan.splitArgs("  1:0   0 "));
    assertArrayEquals(new String[] {"a b", "\\"}, Scan.splitArgs("a\\ b \\\\"));
    assertArrayEquals(new String[0], Scan.splitArgs(" \t"));
  }

  @ParameterizedTest
  @CsvSource({"0,0", "4294967295,4294967295", "4294967296,-1", "+7,7", "-1,-1", "0007,7", "1x,-1"})
  void kstrtouint(String text, long expected) {
    assertEquals(expected, Scan.kstrtouint(text));
  }
}
