package org.dmsim.block;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Letters and numbers that the kernel shows. Expected values: include/linux/blk_types.h, 6.1. */
class OpfTest {

  @ParameterizedTest
  @CsvSource({
    "0, R",
    "0x801, WS",
    "0x20801, WFS",
    "0x40801, FWS",
    "0x40001, FW",
    "0x803, DS",
    "0x805, DES",
    "0x809, NS",
    "0x2, F",
    "0x80000, RA",
    "0x1800, RSM"
  })
  void lettersOfAnEvent(String opf, String letters) {
    assertEquals(letters, Opf.rwbs(Integer.decode(opf)));
  }

  @Test
  void flagsHaveTheKernelsValues() {
    assertEquals(0x20_0000, Opf.REQ_NOWAIT);
    assertEquals(0x4_0000, Opf.REQ_PREFLUSH);
    assertEquals(0x2_0000, Opf.REQ_FUA);
    assertEquals(0x80_0000, Opf.REQ_POLLED);
    assertEquals(0x800_0000, Opf.REQ_NOUNMAP);
  }

  @ParameterizedTest
  @CsvSource({
    "OK, 0",
    "NOTSUPP, -95",
    "TIMEOUT, -110",
    "NOSPC, -28",
    "TRANSPORT, -67",
    "TARGET, -121",
    "NEXUS, -52",
    "MEDIUM, -61",
    "PROTECTION, -84",
    "RESOURCE, -12",
    "IOERR, -5",
    "DM_REQUEUE, -78",
    "AGAIN, -11",
    "DEV_RESOURCE, -16",
    "OFFLINE, -19"
  })
  void statusAndErrnoAreEachOthers(BlkStatus status, int errno) {
    assertEquals(errno, status.toErrno());
    assertEquals(status, BlkStatus.ofErrno(errno));
  }

  @Test
  void errnoWithoutAStatus_isAnIoError() {
    assertEquals(BlkStatus.IOERR, BlkStatus.ofErrno(-Errno.EPERM));
  }
}
