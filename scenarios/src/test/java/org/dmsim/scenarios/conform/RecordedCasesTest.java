package org.dmsim.scenarios.conform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
        "asked-targets"
      })
  void model_answersAsTheKernelDid(String file) throws IOException {
    List<String> different = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    CaseFile recorded = read(file + ".jsonl");
    assertFalse(recorded.cases().isEmpty());
    for (JsonObject c : recorded.cases()) {
      CaseResult r = CaseKinds.of(c).orElseThrow().check(c);
      switch (r.status()) {
        case PASSED -> {}
        case FAILED -> different.add(r.id() + "\n  " + String.join("\n  ", r.lines()));
        case NOT_MODELLED -> missing.add(r.id() + ": " + r.lines().getFirst());
      }
    }
    missing.forEach(m -> System.out.println("not modelled: " + m));
    assertEquals("", String.join("\n", different));
  }

  private static CaseFile read(String name) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    RecordedCasesTest.class.getResourceAsStream("/conformance/" + name)),
                StandardCharsets.UTF_8))) {
      return CaseFile.parse(name, lines.lines().toList());
    }
  }
}
