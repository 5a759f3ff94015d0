package org.dmsim.scenarios.conform;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.scenarios.script.Verb;
import org.dmsim.version.KernelVersion;

/** Whether a recorded case holds what its form asks for: a file's fault is told by its line. */
final class CaseShape {

  private CaseShape() {}

  /** What is wrong, in words; empty if nothing is. */
  static Optional<String> fault(JsonObject o) {
    if (!isText(o.get("id"))) {
      return Optional.of("\"id\" is no string");
    }
    if (o.has("steps")) {
      return steps(o.get("steps"));
    }
    return o.has("spec") ? texts(o, List.of("spec", "expect")) : context(o);
  }

  private static Optional<String> steps(JsonElement steps) {
    if (!steps.isJsonArray()) {
      return Optional.of("\"steps\" is no array of {\"do\": ..., \"out\": [...]}");
    }
    int number = 0;
    for (JsonElement e : steps.getAsJsonArray()) {
      number++;
      boolean right =
          e.isJsonObject()
              && isText(e.getAsJsonObject().get("do"))
              && areTexts(e.getAsJsonObject().get("out"));
      boolean empty = right && e.getAsJsonObject().getAsJsonArray("out").isEmpty();
      if (empty && !mayBeEmpty(e.getAsJsonObject())) {
        return Optional.of("\"out\" of step " + number + " is empty; only a dump prints nothing");
      }
      if (!right) {
        return Optional.of("step " + number + " is not {\"do\": \"...\", \"out\": [\"...\"]}");
      }
    }
    return Optional.empty();
  }

  /** A dump of zeroes. */
  private static boolean mayBeEmpty(JsonObject step) {
    return step.get("do").getAsString().startsWith(Verb.DUMP.word() + " ");
  }

  private static Optional<String> context(JsonObject o) {
    Optional<String> missing = texts(o, List.of("context", "operation", "preempt", "ends"));
    if (missing.isPresent()) {
      return missing;
    }
    if (!areTexts(o.get("reports")) || (o.has("locks") && !areTexts(o.get("locks")))) {
      return Optional.of("\"reports\" and \"locks\" are arrays of strings");
    }
    try {
      PreemptionModel.parse(o.get("preempt").getAsString()).checkIn(kernel(o));
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of("\"preempt\": " + e.getMessage());
    }
  }

  private static KernelVersion kernel(JsonObject o) {
    return isText(o.get("kernel"))
        ? KernelVersion.parse(o.get("kernel").getAsString())
        : KernelVersion.RECORDED;
  }

  private static Optional<String> texts(JsonObject o, List<String> names) {
    return names.stream()
        .filter(n -> !isText(o.get(n)))
        .findFirst()
        .map(n -> "\"" + n + "\" is missing, or no string");
  }

  private static boolean isText(JsonElement e) {
    return e != null && e.isJsonPrimitive();
  }

  private static boolean areTexts(JsonElement e) {
    return e != null
        && e.isJsonArray()
        && e.getAsJsonArray().asList().stream().allMatch(CaseShape::isText);
  }
}
