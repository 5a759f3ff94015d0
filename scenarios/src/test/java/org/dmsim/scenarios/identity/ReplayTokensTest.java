package org.dmsim.scenarios.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A token that was recorded earlier shows the same run, also after an edit of files that have
 * nothing to do with it: here every class of dmsim gets a field that nobody uses, and every method
 * instructions that do nothing, so that whatever hangs on where code stands is another.
 */
class ReplayTokensTest {

  private static final String TOKENS = "/replay-tokens.txt";
  private static final String TOOL = "org.dmsim.scenarios.cli.CommandLineTool";

  static Stream<String> tokens() throws IOException {
    try (InputStream in = ReplayTokensTest.class.getResourceAsStream(TOKENS)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(l -> !l.isBlank() && !l.startsWith("#")).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("tokens")
  void token_showsTheFinding(String line) throws Exception {
    replay(line, ReplayTokensTest.class.getClassLoader());
  }

  @Test
  void tokens_showTheirFindings_afterAnEditElsewhere() throws Exception {
    ClassLoader edited = new EditedClasses(ReplayTokensTest.class.getClassLoader());
    Thread.currentThread().setContextClassLoader(edited);
    try {
      for (String line : tokens().toList()) {
        replay(line, edited);
      }
    } finally {
      Thread.currentThread().setContextClassLoader(ReplayTokensTest.class.getClassLoader());
    }
  }

  /** That the edit is one. */
  @Test
  void editedClass_hasOneFieldMore() throws Exception {
    ClassLoader mine = ReplayTokensTest.class.getClassLoader();
    Class<?> before = mine.loadClass("org.dmsim.block.bio.BlockLayer");
    Class<?> after = new EditedClasses(mine).loadClass("org.dmsim.block.bio.BlockLayer");
    assertNotEquals(before, after);
    assertEquals(before.getDeclaredFields().length + 1, after.getDeclaredFields().length);
  }

  private static void replay(String line, ClassLoader loader) throws Exception {
    int at = line.indexOf(" => ");
    Constructor<?> tool =
        loader.loadClass(TOOL).getDeclaredConstructor(PrintWriter.class, PrintWriter.class);
    Method run = loader.loadClass(TOOL).getDeclaredMethod("run", String[].class);
    tool.setAccessible(true);
    run.setAccessible(true);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Object t = tool.newInstance(new PrintWriter(out), new PrintWriter(err));
    Object status = run.invoke(t, (Object) line.substring(0, at).split(" "));
    String said = out + "\n" + err;
    assertEquals(1, status, said);
    assertTrue(said.contains(line.substring(at + 4)), said);
    List<String> lines = out.toString().lines().toList();
    assertTrue(lines.getLast().startsWith("VIOLATION"), said);
  }
}
