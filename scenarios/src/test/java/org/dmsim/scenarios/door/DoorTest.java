package org.dmsim.scenarios.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unmodified programs against the simulated kernel. */
final class DoorTest {

  @TempDir private Path folder;

  private static Path resource(String name) {
    return Path.of("src/test/resources/door", name).toAbsolutePath();
  }

  private boolean compiled() {
    if (!Behind.has("gcc")) {
      return false;
    }
    Behind gcc =
        Behind.run(folder, List.of("gcc", "-o", "dm-nowait", resource("dm-nowait.c").toString()));
    assertEquals(0, gcc.status(), gcc.out());
    return true;
  }

  /** The program with which the bug was reported, in C, as a shell session would have it. */
  @Test
  void nowaitRead_byAProgramInC_sleepsUnderRcuOnTheBrokenKernelAndNotOnTheFixedOne()
      throws IOException {
    if (!compiled()) {
      return;
    }
    String machine = resource("d0.dm").toString();
    Behind broken =
        Behind.with(folder, machine, "--kernel", "6.6-rc1", "--", "./dm-nowait", "/dev/mapper/d0");
    if (broken.isClosed()) {
      return;
    }
    assertEquals(1, broken.status(), broken.out());
    assertTrue(
        broken
            .out()
            .startsWith(
                "BUG: sleeping function called from invalid context at"
                    + " include/linux/sched/mm.h:306"));
    assertTrue(broken.out().contains("name: dm-nowait"), broken.out());
    assertTrue(broken.out().contains("RCU nest depth: 1, expected: 0"), broken.out());
    assertTrue(broken.out().contains(" dm_submit_bio+"), broken.out());
    assertTrue(broken.out().contains("\n4096 bytes\n"), broken.out());
    assertEquals(
        "VIOLATION  2 reports; ./dm-nowait ended with 0; kernel 6.6-rc1, preempt full, 2 CPUs",
        broken.lastLine());

    Behind fixed =
        Behind.with(folder, machine, "--kernel", "6.6", "--", "./dm-nowait", "/dev/mapper/d0");
    assertEquals(
        "4096 bytes\nCLEAN  no report; ./dm-nowait ended with 0; kernel 6.6, preempt full, 2"
            + " CPUs\n",
        fixed.out());
    assertEquals(0, fixed.status());
    assertReadmeShows(broken.out());
  }

  /** What the README shows of it, up to the lines that it leaves out. */
  private static void assertReadmeShows(String printed) throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent();
    String readme = Files.readString(root.resolve("README.md"));
    int at = readme.indexOf("```shellsession\n");
    String block = readme.substring(at, readme.indexOf("```", at + 3));
    List<String> lines = printed.lines().toList();
    int seen = 0;
    for (String shown : block.lines().skip(1).toList()) {
      if (!shown.startsWith("$ ") && !shown.equals("...")) {
        int found = lines.subList(seen, lines.size()).indexOf(shown);
        assertTrue(found >= 0, shown);
        seen += found + 1;
      }
    }
  }

  /** The page of the calls is made by the code that answers them. */
  @Test
  void page_isWhatTheListsSay() throws IOException {
    Path page = Path.of("DOOR.md").toAbsolutePath();
    if (Boolean.getBoolean("dmsim.promote")) {
      Files.writeString(page, CallTable.text());
    }
    assertEquals(
        CallTable.text(), Files.readString(page), "run this test with -Ddmsim.promote=true");
  }

  /** Nothing was looked at, so that nothing is clean. */
  @Test
  void programThatAsksForNoDevice_isNotClean() {
    Behind b = Behind.with(folder, "--", "true");
    if (b.isClosed()) {
      return;
    }
    assertEquals(2, b.status(), b.out());
    assertEquals(
        "dmsim: true ended with 0 and asked for no simulated device, so that nothing was looked at;"
            + " name one, such as /dev/ram0 (dmsim with -- ls -l /dev lists them)",
        b.lastLine());
    Behind wrong = Behind.with(folder, "--", "false");
    assertEquals(1, wrong.status(), wrong.out());
    Behind listed = Behind.with(folder, "--", "ls", "-l", "/dev");
    assertEquals(0, listed.status(), listed.out());
    assertTrue(listed.out().contains(" ram0\n"), listed.out());
  }
}
