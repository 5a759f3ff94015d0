package org.dmsim.scenarios.futex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every recorded futex case: what Linux 6.18.44 answered is what the model answers. */
class FutexCasesTest {

  @TestFactory
  Stream<DynamicTest> answersLikeTheKernel() {
    List<String> lines = recorded();
    assertEquals(121, lines.size());
    return lines.stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .map(
            c ->
                dynamicTest(
                    text(c, "id"),
                    () -> assertEquals(text(c, "expect"), FutexCases.answer(text(c, "spec")))));
  }

  @Test
  void parse_whenACaseIsDamaged_saysWhere() {
    assertMessage("wrds=own", "'wrds=own' is no part of a futex case");
    assertMessage("words=mine", "'mine' is no futex word");
    assertMessage("words=own list=1", "list=1: there are only 1 words");
    assertMessage("words=own list=x", "list=x: 'x' is no number from 0 on");
    assertMessage("words=own list=0 end=loop1", "end=loop1: the list has only 1 entries");
    assertMessage("words=own waiters=0", "waiters=0: write WORD:COUNT");
    assertMessage("words=own waiters=3:1", "waiters=3:1: there are only 1 words");
  }

  private static void assertMessage(String spec, String beginning) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> FutexCase.parse(spec)).getMessage();
    assertEquals(beginning, message.substring(0, Math.min(beginning.length(), message.length())));
  }

  private static String text(JsonObject c, String field) {
    return c.get(field).getAsString();
  }

  private static List<String> recorded() {
    URL file = FutexCasesTest.class.getResource("/conformance/futex.jsonl");
    try {
      return Files.readAllLines(Path.of(file.toURI()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
