package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What writecache does with writes that overlap. */
final class WritecacheTest {

  private static final List<String> SET_UP =
      List.of(
          "kernel 6.1.192 preempt=full cpus=2",
          "disk ram0 1M",
          "disk ram1 1M",
          "create d0",
          "load d0 0 2048 writecache s 1:0 1:1 4096 0",
          "resume d0");

  @TempDir Path folder;

  private Cli run(String... commands) throws IOException {
    Path file = folder.resolve("overlap.dm");
    String script = String.join("\n", SET_UP) + "\n" + String.join("\n", commands) + "\n";
    Files.writeString(file, script);
    return Cli.run("run", file.toString());
  }

  /**
   * The second write takes blocks for all of it, of which the cache holds one already. 6.1.192 says
   * the same, and counts 16321 of 16320 blocks as free afterwards.
   */
  @Test
  void writeOverUncommittedBlock_thenWriteback_corruptsTheList() throws IOException {
    Cli c = run("write d0 4096 4096", "write d0 0 8192", "message d0 0 cleaner", "sleep_ms 100");
    assertEquals("VIOLATION", c.verdict(), c.out() + c.err());
    assertTrue(c.out().contains("list_del corruption, "), c.out());
    assertTrue(c.out().contains("at lib/list_debug.c:53 __list_del_entry_valid"), c.out());
  }

  @Test
  void writeOverCommittedBlock_isHarmless() throws IOException {
    Cli c =
        run(
            "write d0 4096 4096",
            "flush d0",
            "write d0 0 8192",
            "flush d0",
            "message d0 0 cleaner",
            "sleep_ms 100");
    assertEquals("CLEAN", c.verdict(), c.out() + c.err());
  }
}
