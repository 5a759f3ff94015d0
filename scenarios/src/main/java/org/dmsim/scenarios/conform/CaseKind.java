package org.dmsim.scenarios.conform;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import org.dmsim.version.KernelVersion;

/** One form of recorded case. */
public interface CaseKind {

  /** Whether a case has this form. */
  boolean knows(JsonObject recorded);

  /** The kernel that was asked, and as which the model answers. */
  KernelVersion kernel(JsonObject recorded);

  /**
   * Puts the case to the model, on a machine of its own.
   *
   * @param images where the files are that a case copies to a device
   */
  CaseResult check(JsonObject recorded, Path images);
}
