package org.dmsim.scenarios.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sessions of several programs: what is recorded of them, and what is left when they are killed.
 */
final class SessionsTest {

  private static final String TWO =
      """
      disk ram0 64M
      disk ram1 64M
      create d0
      load d0 0 131072 linear 1:0 0
      resume d0
      """;

  @TempDir private Path folder;

  private boolean compiled() {
    if (!Behind.has("gcc", "dmsetup")) {
      return false;
    }
    String source = Path.of("src/test/resources/door/dm-nowait.c").toAbsolutePath().toString();
    return Behind.run(folder, List.of("gcc", "-o", "dm-nowait", source)).status() == 0;
  }

  private static List<String> blocks(String page) {
    return java.util.regex.Pattern.compile("(?s)```(?:sh)?\n(.*?)```")
        .matcher(page)
        .results()
        .map(r -> r.group(1))
        .toList();
  }

  /** The page shows what is recorded of the session that it shows. */
  @Test
  void race_isRecordedAsThePageShowsIt() throws IOException {
    if (!compiled()) {
      return;
    }
    List<String> page = blocks(Files.readString(Path.of("RECORDED-SESSION.md")));
    Files.writeString(folder.resolve("two.dm"), TWO);
    Files.writeString(folder.resolve("session.sh"), page.getFirst());
    Behind b =
        Behind.with(
            folder,
            "two.dm",
            "--kernel",
            "6.6-rc1",
            "--record",
            "race.dm",
            "--expect",
            "sleeping function",
            "--",
            "sh",
            "session.sh");
    if (b.isClosed()) {
      return;
    }
    assertEquals(0, b.status(), b.out());
    assertEquals(page.get(1), Files.readString(folder.resolve("race.dm")), b.out());
  }

  /** What a session wrote is what its script writes; what was refused is expected to be. */
  @Test
  void recordedSession_hasTheSameAnswersAsAScript() throws IOException {
    if (!compiled()) {
      return;
    }
    Behind b =
        Behind.script(
            folder,
            """
            dmsetup create a -u uuid --table '0 8192 linear /dev/ram0 0'
            dmsetup create b --table '0 8192 linear /dev/mapper/a 99999'
            echo some bytes | dd of=/dev/mapper/a status=none
            dmsetup message a 0 nonsense
            dmsetup rename a c
            """,
            "--record",
            "out.dm");
    if (b.isClosed()) {
      return;
    }
    List<String> script = Files.readAllLines(folder.resolve("out.dm"));
    assertEquals(
        List.of(
            "create a uuid",
            "load a 0 8192 linear 1:0 0",
            "resume a",
            "create b",
            "load b 0 8192 linear 252:0 99999",
            "expect EINVAL",
            "remove b",
            "open a",
            "write a 0 512 hex:736f6d652062797465730a",
            "close a",
            "message a 0 nonsense",
            "expect EINVAL",
            "rename a c"),
        script.subList(3, script.size()));
    Behind again = Behind.dmsim(folder, "run", "out.dm");
    assertEquals("CLEAN  no report; kernel 6.12.117, preempt full, 2 CPUs", again.lastLine());
  }

  /** Programs killed in the middle of calls, and a hundred forks, leave no file open. */
  @Test
  void killedPrograms_leaveNothingOpen() {
    if (!Behind.has("dmsetup", "dd")) {
      return;
    }
    Behind b =
        Behind.script(
            folder,
            """
            dmsetup create d --table '0 8192 linear /dev/ram0 0'
            i=0
            while [ $i -lt 20 ]; do
              dd if=/dev/mapper/d of=/dev/null bs=4k iflag=direct status=none & p=$!
              [ $((i % 3)) = 0 ] || sleep 0.0$((i % 7))
              kill -9 $p 2>/dev/null; wait $p 2>/dev/null
              i=$((i + 1))
            done
            dmsetup suspend d
            for i in 1 2 3; do
              dd if=/dev/mapper/d of=/dev/null bs=4k count=1 iflag=direct status=none & k="$k $!"
            done
            (exec dmsetup wait d 77) & k="$k $!"
            while [ $(dmsetup info -c --noheadings -o open d) != 3 ]; do sleep 0.05; done
            kill -9 $k; wait
            dmsetup resume d
            for i in $(seq 100); do (head -c1 /dev/mapper/d >/dev/null) & done; wait
            (exec 9</dev/mapper/d; exec 8<&9; exec 9<&-; dmsetup info -c --noheadings -o open d)
            dmsetup info -c --noheadings -o name,open d
            timeout 20 dmsetup remove d && echo removed
            """);
    if (b.isClosed()) {
      return;
    }
    assertTrue(b.out().contains("\n1\nd:0\nremoved\nCLEAN  no report; sh ended with 0"), b.out());
  }

  /** Garbage in every call, by children that are killed in the middle of it. */
  @Test
  void garbageByKilledPrograms_leavesNothingBehind() throws IOException {
    fuzz(1, 24, 300);
  }

  @Test
  @Tag("deep")
  void muchGarbageByKilledPrograms_leavesNothingBehind() throws IOException {
    for (int seed = 2; seed <= 8; seed++) {
      fuzz(seed, 150, 2000);
    }
  }

  private void fuzz(int seed, int children, int calls) throws IOException {
    if (!Behind.has("gcc", "dmsetup")) {
      return;
    }
    String source = Path.of("src/test/resources/door/fuzz.c").toAbsolutePath().toString();
    assertEquals(0, Behind.run(folder, List.of("gcc", "-o", "fuzz", source)).status());
    Files.writeString(folder.resolve("small.dm"), "disk ram0 8M\ndisk ram1 8M\ndisk ram2 8M\n");
    Behind b =
        Behind.script(
            folder,
            """
            count() { ls /proc/$PPID/fd | wc -l; }
            # A program that waits for an event is killed: it must not keep the device.
            dmsetup create k --notable
            dmsetup wait k $(dmsetup info -c --noheadings -o events k) & p=$!
            until grep -q "^16 .*0xc138fd08" /proc/$p/syscall; do sleep 0.05; done; kill -9 $p; wait $p
            timeout 20 dmsetup remove k && echo k removed
            before=$(count)
            ./fuzz %d %d %d
            for d in $(dmsetup ls | sed -n 's/\t.*//p'); do
              dmsetup clear $d; timeout 20 dmsetup resume $d
            done >/dev/null 2>&1
            for i in 1 2 3 4 5; do timeout 20 dmsetup remove_all; done 2>/dev/null
            dmsetup info -c --noheadings -o name,open
            dmsetup ls
            [ $(count) -le $((before + 2)) ] && echo "descriptors: no more"
            """
                .formatted(seed, children, calls),
            "small.dm");
    if (b.isClosed()) {
      return;
    }
    assertTrue(b.out().contains("k removed\n"), b.out());
    String end =
        """
        killed some
        No devices found
        No devices found
        descriptors: no more
        CLEAN  no report; sh ended with 0; kernel 6.12.117, preempt full, 2 CPUs
        """;
    assertTrue(b.out().endsWith(end), b.out());
  }
}
