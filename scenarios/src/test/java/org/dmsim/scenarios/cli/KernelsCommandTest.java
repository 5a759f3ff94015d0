package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;

class KernelsCommandTest {

  @Test
  void two_namesWhatDiffers_andOnWhatEachRests() {
    Cli c = Cli.run("kernels", "6.6-rc1", "6.6-rc2");
    assertEquals(0, c.status());
    assertEquals(
        """
        lookup
          - RCU alone holds the live table for a bio that says REQ_NOWAIT: the bug  [rcu-for-nowait]
            a9ce385344f9 "dm: don't attempt to queue IO under RCU protection", 6.6-rc2, 6.1.192
        dm tables
          - a table's list of devices is read and changed under no lock  [devices-unlocked]
            f6007dce0cd3 "dm: fix a race condition in retrieve_deps", 6.6-rc2, 6.1.192
        2 differences; 6.6-rc1 rests on commits, 6.6-rc2 rests on commits
        """,
        c.out());
  }

  @Test
  void two_theOtherWayRound_turnTheSigns() {
    assertTrue(Cli.run("kernels", "6.6-rc2", "6.6-rc1").out().contains("  + RCU alone"));
    assertTrue(Cli.run("kernels", "6.1.192", "6.1").out().contains("6.1.192 is held to recorded"));
  }

  @Test
  void json_saysOfEachKernelWhetherItHasThePolicy() {
    Cli c = Cli.run("kernels", "6.6-rc1", "6.6-rc2", "--json");
    JsonObject first = JsonParser.parseString(c.out()).getAsJsonArray().get(0).getAsJsonObject();
    assertEquals("rcu-for-nowait", first.get("policy").getAsString());
    assertEquals("{\"6.6-rc1\":true,\"6.6-rc2\":false}", first.get("in").toString());
    assertEquals("a9ce385344f9", first.getAsJsonObject("until").get("commit").getAsString());
  }

  @Test
  void release_thatWasInferred_isSaidToBe() {
    String all = Cli.run("kernels").out();
    assertTrue(all.contains("6.14-rc1, 6.12.117 (unconfirmed: inferred, not read off a tag)"), all);
    assertTrue(all.contains("6.6-rc2, 6.1.192\n"), all);
  }

  @Test
  void unknownVersion_namesTheNearest() {
    Cli c = Cli.run("kernels", "6.1.55");
    assertEquals(2, c.status());
    assertEquals(
        "dmsim: kernel 6.1.55 is not modelled; the nearest that are: 6.1 and 6.1.192"
            + " (all: dmsim kernels)\n",
        c.err());
  }
}
