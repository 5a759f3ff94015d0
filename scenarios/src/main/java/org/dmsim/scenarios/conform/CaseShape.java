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
    Optional<String> machine = machine(o);
    if (machine.isPresent()) {
      return machine;
    }
    if (o.has("steps")) {
      return steps(o);
    }
    return o.has("spec") ? texts(o, List.of("spec", "expect")) : context(o);
  }

  /** The kernel and the preemption model, where a case names them. */
  private static Optional<String> machine(JsonObject o) {
    String name = "kernel";
    try {
      KernelVersion kernel = KernelVersion.RECORDED;
      if (o.has(name)) {
        kernel = KernelVersion.parse(isText(o.get(name)) ? o.get(name).getAsString() : "");
      }
      name = "preempt";
      if (o.has(name)) {
        PreemptionModel.parse(isText(o.get(name)) ? o.get(name).getAsString() : "").checkIn(kernel);
      }
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of("\"" + name + "\": " + e.getMessage());
    }
  }

  private static Optional<String> steps(JsonObject o) {
    if (o.has("preempt") && !o.get("preempt").getAsString().equals("full")) {
      return Optional.of("\"preempt\": cases of steps are held against 'full' only");
    }
    JsonElement steps = o.get("steps");
    if (!steps.isJsonArray()) {
      return Optional.of("\"steps\" is no array of {\"do\": ..., \"out\": [...]}");
    }
    if (steps.getAsJsonArray().isEmpty()) {
      return Optional.of("\"steps\" is empty: nothing is asked, so nothing can pass");
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
    return Optional.empty();
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
