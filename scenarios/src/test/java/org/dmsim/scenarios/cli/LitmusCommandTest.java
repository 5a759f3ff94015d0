package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LitmusCommandTest {

  /** A reader that looks a table up and uses it, against one who unpublishes and frees it. */
  private static final String LOOKUP =
      """
      C lookup
      {
        map=table;
        table=1;
      }
      P0(int **map)
      {
        rcu_read_lock();
        int *t = rcu_dereference(*map);
        int r1 = READ_ONCE(*t);
        rcu_read_unlock();
      }
      P1(int **map, int *table, int *other)
      {
        rcu_assign_pointer(*map, other);
        synchronize_rcu();
        WRITE_ONCE(*table, 2);
      }
      exists (0:t=table /\\ 0:r1=2)
      """;

  @TempDir private Path folder;

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void all_printsWhatHerd7Prints() throws IOException {
    Cli c = Cli.run("litmus", "--all", file("lookup.litmus", LOOKUP));
    assertEquals(
        """
        Test lookup Allowed
        States 2
        0:r1=0; 0:t=other;
        0:r1=1; 0:t=table;
        No
        Witnesses
        Positive: 0 Negative: 2
        Condition exists (0:t=table /\\ 0:r1=2)
        Observation lookup Never 0 2

        1 judged, 0 not judged, by the model of Linux 6.12
        """,
        c.out());
    assertEquals(0, c.status());
  }

  @Test
  void aFreeWithoutGracePeriod_isFound() throws IOException {
    String hasty = LOOKUP.replace("synchronize_rcu();", "smp_mb();");
    Cli c = Cli.run("litmus", file("hasty.litmus", hasty));
    assertTrue(c.out().contains("Observation lookup Sometimes\n"), c.out());
  }

  @Test
  void aReaderThatMayFollowNull_isNamed() throws IOException {
    String unset = LOOKUP.replace("  map=table;\n", "");
    Cli c = Cli.run("litmus", file("unset.litmus", unset));
    assertTrue(
        c.out()
            .contains(
                "P0 may follow 0, which is no address (line 9): executions that crash there are"
                    + " not judged.\n"),
        c.out());
    Cli json = Cli.run("litmus", "--json", folder.resolve("unset.litmus").toString());
    assertTrue(json.out().contains("\"wild_access\":{\"thread\":0,\"line\":9"), json.out());
  }

  @Test
  void aTestThatCannotBeRead_isNamed_andTheOthersAreJudged() throws IOException {
    file("a.litmus", LOOKUP.replace("synchronize_rcu", "wait_for_readers"));
    file("b.litmus", LOOKUP);
    file("c.txt", "no litmus test");
    Cli c = Cli.run("litmus", folder.toString());
    assertEquals(
        "dmsim: "
            + folder.resolve("a.litmus")
            + ":16:3: wait_for_readers() is no primitive of the memory model"
            + " (tools/memory-model/linux-kernel.def)\n",
        c.err());
    assertTrue(c.out().endsWith("1 judged, 1 not judged, by the model of Linux 6.12\n"), c.out());
    assertEquals(2, c.status());
  }

  @Test
  void json_saysTheSame() throws IOException {
    Cli c = Cli.run("litmus", "--json", "--all", file("lookup.litmus", LOOKUP));
    JsonArray all = JsonParser.parseString(c.out()).getAsJsonArray();
    assertEquals("Never", all.get(0).getAsJsonObject().get("observation").getAsString());
    assertEquals(2, all.get(0).getAsJsonObject().get("negative").getAsInt());
  }

  @Test
  void wrongOptions_areAnswered() {
    assertEquals(
        "dmsim: --lkmm 4.17: the models are 6.1, 6.12 and newest\n",
        Cli.run("litmus", "--lkmm", "4.17", "x").err());
    assertEquals(
        "dmsim: no *.litmus below " + folder + "\n", Cli.run("litmus", folder.toString()).err());
    assertEquals(
        "dmsim: no file 'none.litmus'; litmus reads C litmus tests\n",
        Cli.run("litmus", "none.litmus").err());
  }
}
