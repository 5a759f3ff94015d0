package org.dmsim.scenarios.conform;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.dmsim.scenarios.futex.FutexCases;
import org.dmsim.version.KernelVersion;

/** Cases of a thread that exits with a robust list, recorded on 6.18.44. */
final class FutexCaseKind implements CaseKind {

  @Override
  public boolean knows(JsonObject recorded) {
    return recorded.has("spec") && recorded.has("expect");
  }

  @Override
  public KernelVersion kernel(JsonObject recorded) {
    return FutexCases.RECORDED_ON;
  }

  @Override
  public CaseResult check(JsonObject recorded, Path images) {
    String id = CaseFile.id(recorded);
    String expected = recorded.get("expect").getAsString();
    String got;
    try {
      got = FutexCases.answer(recorded.get("spec").getAsString());
    } catch (IllegalArgumentException e) {
      return CaseResult.failed(id, List.of("\"spec\": " + e.getMessage()));
    }
    return got.equals(expected)
        ? CaseResult.passed(id)
        : CaseResult.failed(
            id,
            List.of(
                recorded.get("spec").getAsString(), "  - expected " + expected, "  + got " + got));
  }
}
