package org.dmsim.scenarios.door;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One machine, several programs that come in and go. */
final class ServeTest {

  @TempDir private Path folder;

  /** A reader waits for a suspended device, and is killed there. */
  @Test
  void programs_shareTheMachineAndMayBeKilled() throws IOException {
    if (!Behind.has("dmsetup", "pkill")) {
      return;
    }
    String root = System.getProperty("user.name").equals("root") ? " --allow-root" : "";
    Files.writeString(
        folder.resolve("m.dm"),
        "disk ram0 1M\ncreate d0\nload d0 0 1024 linear 1:0 0\nresume d0\n");
    Files.writeString(
        folder.resolve("go.sh"),
        "inside() { "
            + String.join(" ", Behind.dmsim())
            + " in --socket s"
            + root
            + """
             -- "$@"; }
            inside sh -c 'dmsetup suspend d0; echo hello >/dev/ram0; exit 5' || echo $?
            inside sh -c 'echo in; exec cat /dev/mapper/d0' >out 2>&1 & p=$!
            inside sh -c 'until [ "$(dmsetup info -c --noheadings -o open d0)" = 1 ]; do
                sleep 0.1; done; pkill -9 -P $(pgrep -P '$p')
              dmsetup resume d0; head -c5 /dev/mapper/d0; echo
              dmsetup info -c --noheadings -o name,open d0; dmsetup remove d0 && dmsetup ls'
            wait $p || echo $?
            """);
    Behind b =
        Behind.dmsim(
            folder,
            "serve",
            "--socket",
            "s",
            root.isEmpty() ? "--preempt=full" : root.strip(),
            "m.dm",
            "--",
            "sh",
            "go.sh");
    if (b.isClosed()) {
      return;
    }
    assertEquals(
        "5\nhello\nd0:0\nNo devices found\n137\n"
            + "CLEAN  no report; sh ended with 0; kernel 6.12.117, preempt full, 2 CPUs\n",
        b.out().replaceAll("(?m)^dmsim: .*no page cache\n", ""));
    Behind nobody =
        Behind.dmsim(
            folder,
            "in",
            "--socket",
            "s",
            "--as-user",
            root.isEmpty() ? "--as-user" : root.strip(),
            "--",
            "true");
    assertEquals(
        "dmsim: nobody serves a machine at s; begin with: dmsim serve FILE.dm\n", nobody.out());
    assertEquals(2, nobody.status());
  }
}
