package org.dmsim.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelVersionTest {

  @Test
  void order_putsCandidatesBeforeTheRelease() {
    List<KernelVersion> inOrder =
        List.of("5.18", "5.19", "6.1", "6.1.192", "6.6-rc1", "6.6-rc2", "6.6", "6.7").stream()
            .map(KernelVersion::parse)
            .toList();
    assertEquals(inOrder, inOrder.stream().sorted().toList());
  }

  @Test
  void release_isWhatUnamePrints() {
    assertEquals("6.6.0-rc1", KernelVersion.parse("6.6-rc1").release());
    assertEquals("6.1.192", KernelVersion.parse("6.1.192").release());
    assertEquals("6.6.0", KernelVersion.parse("6.6").release());
  }

  @ParameterizedTest
  @CsvSource({
    "5.3, 5.4",
    "6.13, 6.12.117",
    "7.0, 6.12.117",
    "6.1.17, 6.1 and 6.1.192",
    "6.1.193, 6.1.192 and 6.2",
    "5.20, 5.19 and 6.0",
    "6.6-rc9, 6.6-rc7 and 6.6",
    "6.6.12, 6.6 and 6.7"
  })
  void parse_ofAVersionThatIsNotKnown_namesTheNearestThatAre(String text, String nearest) {
    assertEquals(
        "kernel "
            + text
            + " is not modelled; the nearest that are: "
            + nearest
            + " (all: dmsim kernels)",
        assertThrows(IllegalArgumentException.class, () -> KernelVersion.parse(text)).getMessage());
  }

  @Test
  void parse_takesAReleaseAsUnamePrintsIt() {
    assertEquals(KernelVersion.parse("6.6"), KernelVersion.parse("6.6.0"));
  }

  @Test
  void parse_ofNonsense_saysWhatToWrite() {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> KernelVersion.parse("latest"))
            .getMessage()
            .startsWith("'latest' is not a kernel version; write for example "));
  }

  @Test
  void change_isInABackport_butNotInItsBase() {
    Change fix =
        new Change(
            "a9ce385344f9",
            "dm: don't attempt to queue IO under RCU protection",
            KernelVersion.parse("6.6-rc2"),
            List.of(KernelVersion.parse("6.1.192")));
    assertTrue(fix.isIn(KernelVersion.RECORDED));
    assertEquals(
        List.of(false, false, false, true, true),
        List.of("5.19", "6.1", "6.6-rc1", "6.6-rc2", "6.7").stream()
            .map(KernelVersion::parse)
            .map(fix::isIn)
            .toList());
  }
}
