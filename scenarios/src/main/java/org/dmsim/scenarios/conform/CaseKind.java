package org.dmsim.scenarios.conform;

import com.google.gson.JsonObject;

/** One form of recorded case. */
public interface CaseKind {

  /** Whether a case has this form. */
  boolean knows(JsonObject recorded);

  /** Puts the case to the model, on a machine of its own. */
  CaseResult check(JsonObject recorded);
}
