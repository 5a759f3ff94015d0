package org.dmsim.scenarios.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody has to be root; root has to ask for it; and where it cannot work, one line says why. */
final class AsUserTest {

  @TempDir private Path folder;

  private Behind asUser(List<String> before, String script) {
    return Behind.asUser(folder, before, "with", "--", "sh", "-c", script);
  }

  @Test
  void ordinaryUser_hasDevicesOfItsOwn() {
    if (!Behind.has("dmsetup", "dd")) {
      return;
    }
    Behind b =
        asUser(
            List.of(),
            """
            dmsetup create d --table '0 8192 linear /dev/ram0 0'
            echo hello | dd of=/dev/mapper/d status=none; head -c5 /dev/dm-0; echo
            dmsetup ls; id -u; awk '/^Uid/ {print $3 != 0}' /proc/self/status
            """);
    if (b == null || b.isClosed()) {
      return;
    }
    String seen =
        b.out().lines().filter(l -> !l.startsWith("dmsim: ")).reduce("", (x, y) -> x + y + "\n");
    assertEquals(
        "hello\nd\t(252:0)\n0\n1\n"
            + "CLEAN  no report; sh ended with 0; kernel 6.12.117, preempt full, 2 CPUs\n",
        seen);
  }

  @Test
  void root_isRefusedUnlessItAsks() {
    if (!System.getProperty("user.name").equals("root")) {
      System.out.println("NOT TESTED: this is not root");
      return;
    }
    Behind b = Behind.dmsim(folder, "with", "--", "true");
    assertEquals(
        "dmsim: this is root, and the program would be root on this host; run it as a user, or"
            + " write --allow-root\n",
        b.out());
    assertEquals(2, b.status());
  }

  /** As in a container whose policy forbids what the door needs. */
  @Test
  void forbiddenCall_isSaidInOneLine() {
    String source = Path.of("src/test/resources/door/deny.c").toAbsolutePath().toString();
    if (!Behind.has("gcc")) {
      return;
    }
    Behind gcc = Behind.run(folder, List.of("gcc", "-o", "deny", source));
    assertEquals(0, gcc.status(), gcc.out());
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    String number = arm ? "270" : "310"; // process_vm_readv
    Behind b = asUser(List.of(folder.resolve("deny").toString(), "1", number), "dmsetup ls");
    if (b == null) {
      return;
    }
    assertTrue(
        b.out()
            .equals(
                "dmsim: programs cannot be let in here: process_vm_readv(2) says EPERM: the host's"
                    + " policy forbids it (a container?). Scripts work: dmsim run FILE.\n"),
        b.out());
    assertEquals(3, b.status());
  }

  /** Whose file may be run and not read is not let be looked into by the host's kernel. */
  @Test
  void programThatMayNotBeRead_isSaidInOneLine() throws IOException {
    Path program = folder.resolve("unreadable");
    Files.copy(Path.of("/bin/cat"), program);
    if (System.getProperty("user.name").equals("root")) {
      program.toFile().setExecutable(true, false);
    }
    program.toFile().setReadable(false, false);
    Behind b = Behind.asUser(folder, List.of(), "with", "--", program.toString(), "/dev/ram0");
    if (b == null || b.isClosed()) {
      return;
    }
    assertTrue(
        b.out()
            .startsWith(
                "dmsim: programs cannot be let in here: process_vm_readv(2) says EPERM of"
                    + " unreadable: "),
        b.out());
    assertEquals(3, b.status());
  }

  @Test
  void limitOfOpenFiles_isTheSoftOne() throws IOException {
    Path limits = folder.resolve("limits");
    Files.writeString(
        limits,
        "Limit                     Soft Limit           Hard Limit           Units     \n"
            + "Max open files            256                  1048576              files     \n");
    // The limit's name has three words, and the soft one comes first.
    assertEquals(256, HostCheck.openFiles(limits));
  }
}
