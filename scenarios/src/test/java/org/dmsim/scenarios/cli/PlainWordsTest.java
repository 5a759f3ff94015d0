package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What help says is whole sentences, what options are wrong is blamed right, JSON is one case. */
final class PlainWordsTest {

  @Test
  void helpCutsNoCommandInMidSentence() {
    String help = Cli.run("--help").out();
    for (String name : Tools.names()) {
      Matcher m = Pattern.compile("(?m)^  " + name + " +(\\S.*(?:\\n {8,}\\S.*)*)$").matcher(help);
      assertTrue(m.find(), name + " is not in the help:\n" + help);
      assertTrue(m.group(1).stripTrailing().endsWith("."), name + " is cut: " + m.group(1));
    }
  }

  @Test
  void wrongOption_isTheOneThatIsBlamed() {
    Cli c = Cli.run("run", "nowait", "--kernel", "6.6", "--preempt", "6.6");
    assertEquals(2, c.status());
    assertTrue(c.err().startsWith("dmsim: --preempt: "), c.err());
    assertTrue(Cli.run("run", "nowait", "--kernel", "x").err().startsWith("dmsim: --kernel: "));
  }

  /** Every name that a program reads, in one case; kept to by all that is printed as JSON. */
  @Test
  void jsonNames_areInSnakeCase() throws IOException {
    Pattern property = Pattern.compile("(?:addProperty|\\.add)\\(\\s*\"([^\"]+)\",");
    TreeSet<String> wrong = new TreeSet<>();
    int seen = 0;
    try (Stream<Path> sources = Files.walk(root().resolve("scenarios/src/main/java"))) {
      for (Path p : sources.filter(f -> f.toString().endsWith(".java")).toList()) {
        Matcher m = property.matcher(Files.readString(p));
        while (m.find()) {
          seen++;
          if (!m.group(1).matches("[a-z]+(_[a-z0-9]+)*")) {
            wrong.add(p.getFileName() + ": " + m.group(1));
          }
        }
      }
    }
    assertTrue(seen > 50, "the sources were not found");
    assertEquals(new TreeSet<>(), wrong);
  }

  @Test
  void rules_andContexts_haveJson() {
    JsonArray rules = JsonParser.parseString(Cli.run("rules", "--json").out()).getAsJsonArray();
    assertEquals(1, rules.get(0).getAsJsonObject().get("rule").getAsInt());
    assertTrue(rules.get(0).getAsJsonObject().getAsJsonArray("exhibits").size() > 0);
    JsonObject one =
        JsonParser.parseString(
                Cli.run("contexts", "--context", "rcu_read_lock", "--operation", "msleep", "--json")
                    .out())
            .getAsJsonObject();
    JsonObject cell = one.getAsJsonArray("cells").get(0).getAsJsonObject();
    assertEquals(
        List.of("rcu_read_lock", "msleep"),
        List.of(text(cell, "context"), text(cell, "operation")));
    assertTrue(!cell.getAsJsonArray("reports").isEmpty());
  }

  private static String text(JsonObject o, String name) {
    return o.get(name).getAsString();
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("scenarios/bin"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
