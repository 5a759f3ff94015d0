package org.dmsim.scenarios.conform;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;

/** The forms of recorded case that the model can be held against. */
public final class CaseKinds {

  private static final List<CaseKind> ALL =
      List.of(new ScriptCases(), new FutexCaseKind(), new ContextCaseKind());

  private CaseKinds() {}

  /** The form of a case; empty if none knows it. */
  public static Optional<CaseKind> of(JsonObject recorded) {
    return ALL.stream().filter(k -> k.knows(recorded)).findFirst();
  }
}
