package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PageTest {

  @TempDir private Path folder;

  private JsonArray pictures(Path page) throws IOException {
    String text = Files.readString(page);
    int from = text.indexOf("id=\"data\">") + "id=\"data\">".length();
    String data = text.substring(from, text.indexOf("</script>", from));
    return JsonParser.parseString(data).getAsJsonObject().getAsJsonArray("pictures");
  }

  @Test
  void run_drawsTheBug_andTheFixBelow() throws IOException {
    Path page = folder.resolve("nowait.html");
    Cli plain = Cli.run("run", "nowait");
    Cli drawn = Cli.run("run", "nowait", "--page", page.toString());
    assertEquals(plain.out(), drawn.out(), "a picture changes nothing");
    JsonArray pictures = pictures(page);
    assertEquals(2, pictures.size());
    JsonObject bug = pictures.get(0).getAsJsonObject();
    assertEquals("VIOLATION", bug.getAsJsonObject("verdict").get("word").getAsString());
    assertEquals(2, bug.getAsJsonArray("reports").size());
    JsonObject fix = pictures.get(1).getAsJsonObject();
    assertEquals("CLEAN", fix.getAsJsonObject("verdict").get("word").getAsString());
  }

  @Test
  void replay_drawsTheSameAsTheSearch() throws IOException {
    Path found = folder.resolve("found.html");
    Path again = folder.resolve("again.html");
    Cli search = Cli.run("explore", "destroy-against-swap", "--page", found.toString());
    String token = search.lastLine().replaceAll(".*--replay ", "").replace("'", "");
    Cli.run("replay", token, "--page", again.toString());
    assertEquals(Files.readString(found), Files.readString(again));
    assertTrue(pictures(found).toString().contains("\"circle\""), "the deadlock is a circle");
  }

  @Test
  void aPageThatCannotBeWritten_isRefusedBeforeTheSearch() {
    Cli c = Cli.run("explore", "nowait-swap", "--page", folder.resolve("no/such.html").toString());
    assertEquals(2, c.status());
    assertEquals("", c.out());
    assertTrue(c.err().contains("--page: cannot write"), c.err());
  }
}
