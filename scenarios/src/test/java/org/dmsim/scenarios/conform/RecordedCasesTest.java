package org.dmsim.scenarios.conform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every recorded case of the real kernel, put to the model. */
final class RecordedCasesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "table",
        "limits",
        "io",
        "nowait",
        "disk",
        "target",
        "suspend",
        "ioctl",
        "contexts-full",
        "contexts-none",
        "futex",
        "asked-tables",
        "asked-targets",
        "asked-words",
        "asked-crypt",
        "asked-verity",
        "asked-integrity",
        "asked-ebs",
        "asked-multipath",
        "asked-raid",
        "asked-parity",
        "asked-writecache",
        "asked-clone",
        "asked-thin",
        "asked-cache",
        "asked-era",
        "asked-aead",
        "asked-refusals",
        "6.12/table",
        "6.12/limits",
        "6.12/io",
        "6.12/nowait",
        "6.12/disk",
        "6.12/target",
        "6.12/suspend",
        "6.12/ioctl"
      })
  void model_answersAsTheKernelDid(String file) throws IOException {
    assertEquals(Map.of(), different(file));
  }

  /** Where the files are that cases copy to devices. */
  private static final Path IMAGES = images();

  private static Path images() {
    try {
      return Path.of(RecordedCasesTest.class.getResource("/conformance/ORIGIN").toURI())
          .resolveSibling("images");
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Nothing was left out of these, so what differs is written down, with the reason. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "table",
        "limits",
        "io",
        "disk",
        "target",
        "nowait",
        "suspend",
        "ioctl",
        "hard",
        "more",
        "random-6.1",
        "random-6.12"
      })
  void model_answersAsTheKernelDid_butWhereTheListSaysSo(String file) throws IOException {
    Map<String, String> found = different("further/" + file);
    Set<String> listed = new TreeSet<>();
    for (String line : lines("further/DIFFERS")) {
      String id = line.substring(0, line.indexOf(' '));
      if (isOf(id, file)) {
        listed.add(id);
      }
    }
    assertEquals(listed, found.keySet(), () -> String.join("\n", found.values()));
  }

  private static boolean isOf(String id, String file) {
    return id.startsWith("further/" + file + "/");
  }

  /** The cases that the model answers otherwise, by id, and how. */
  private static Map<String, String> different(String file) throws IOException {
    Map<String, String> different = new TreeMap<>();
    CaseFile recorded = CaseFile.parse(file, lines(file + ".jsonl"));
    assertFalse(recorded.cases().isEmpty());
    for (JsonObject c : recorded.cases()) {
      CaseResult r = CaseKinds.of(c).orElseThrow().check(c, IMAGES);
      switch (r.status()) {
        case PASSED -> {}
        case FAILED, NOT_MODELLED ->
            different.put(r.id(), r.id() + "\n  " + String.join("\n  ", r.lines()));
      }
    }
    return different;
  }

  private static List<String> lines(String name) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    RecordedCasesTest.class.getResourceAsStream("/conformance/" + name)),
                StandardCharsets.UTF_8))) {
      return lines.lines().toList();
    }
  }
}
