package org.dmsim.scenarios.conform;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.dmsim.scenarios.contexts.ContextCases;
import org.dmsim.version.KernelVersion;

/** Cases of one operation inside one execution context. */
final class ContextCaseKind implements CaseKind {

  @Override
  public boolean knows(JsonObject recorded) {
    return ContextCases.knows(recorded);
  }

  @Override
  public KernelVersion kernel(JsonObject recorded) {
    return ContextCases.kernel(recorded);
  }

  @Override
  public CaseResult check(JsonObject recorded, Path images) {
    String id = CaseFile.id(recorded);
    List<String> differences = ContextCases.check(recorded);
    return differences.isEmpty() ? CaseResult.passed(id) : CaseResult.failed(id, differences);
  }
}
