package org.dmsim.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  @ValueSource(strings = {"5.17", "6.8", "6.1.17", "5.20", "7.0", "6.6-rc9", "6.6.0"})
  void parse_ofAVersionThatIsNotModelled_namesThoseThatAre(String text) {
    if (text.equals("6.6.0")) {
      assertEquals(KernelVersion.parse("6.6"), KernelVersion.parse(text));
      return;
    }
    assertEquals(
        "kernel "
            + text
            + " is not modelled; modelled are 5.18 to 5.19 and 6.0 to 6.7 with their release"
            + " candidates, and 6.1.192",
        assertThrows(IllegalArgumentException.class, () -> KernelVersion.parse(text)).getMessage());
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
            Set.of(KernelVersion.RECORDED));
    assertTrue(fix.isIn(KernelVersion.RECORDED));
    assertEquals(
        List.of(false, false, false, true, true),
        List.of("5.19", "6.1", "6.6-rc1", "6.6-rc2", "6.7").stream()
            .map(KernelVersion::parse)
            .map(fix::isIn)
            .toList());
  }
}
