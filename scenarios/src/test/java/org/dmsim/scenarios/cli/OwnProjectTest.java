package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The project outside that the README points to can be copied as it is: its versions are ours. */
final class OwnProjectTest {

  private static final Pattern PLUGIN =
      Pattern.compile("<artifactId>maven-(\\S+-plugin)</artifactId>\\s*<version>([^<]*)<");

  @Test
  void versions_areThoseOfTheProject() throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent();
    String parent = Files.readString(root.resolve("pom.xml"));
    String own = Files.readString(root.resolve("scenarios/junit/src/it/own-project/pom.xml"));
    Matcher m = PLUGIN.matcher(own);
    int plugins = 0;
    while (m.find()) {
      plugins++;
      assertEquals(first(parent, "<" + m.group(1) + ".version>([^<]*)<"), m.group(2), m.group(1));
    }
    assertTrue(plugins > 4, own);
    String bom = first(own, "dmsim-bom</artifactId>\\s*<version>([^<]*)<");
    assertEquals(first(parent, "<version>([^<]*)<"), bom);
    String junit = first(own, "junit-jupiter</artifactId>\\s*<version>([^<]*)<");
    assertEquals(first(parent, "<junit.version>([^<]*)<"), junit);
  }

  private static String first(String text, String pattern) {
    Matcher m = Pattern.compile(pattern).matcher(text);
    assertTrue(m.find(), pattern);
    return m.group(1);
  }
}
