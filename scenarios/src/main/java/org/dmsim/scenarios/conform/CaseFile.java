package org.dmsim.scenarios.conform;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dmsim.scenarios.script.Place;
import org.dmsim.scenarios.script.ScriptError;

/**
 * A file of recorded cases, one JSON object a line.
 *
 * @param name as the user named it
 * @param cases in the file's order
 */
public record CaseFile(String name, List<JsonObject> cases) {

  /** Copies the list. */
  public CaseFile {
    cases = List.copyOf(cases);
  }

  /** Where the files are that its cases copy to devices: {@code images} beside it. */
  public Path images() {
    return Path.of(name).resolveSibling("images");
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read
   * @throws ScriptError if a line is no case
   */
  public static CaseFile read(String name) throws IOException {
    return parse(name, Files.readAllLines(Path.of(name)));
  }

  /** Reads the lines of a file. */
  public static CaseFile parse(String name, List<String> lines) {
    List<JsonObject> cases = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        cases.add(parse(new Place(name, i + 1, 1), lines.get(i)));
      }
    }
    return new CaseFile(name, cases);
  }

  private static JsonObject parse(Place place, String line) {
    JsonElement e = null;
    try {
      e = JsonParser.parseString(line);
    } catch (JsonParseException notJson) {
      // told below, as any other value is that is no object
    }
    if (e == null || !e.isJsonObject()) {
      throw new ScriptError(
          place, "not a JSON object; a recorded case is one line {\"id\": ..., ...}");
    }
    if (!e.getAsJsonObject().has("id")) {
      throw new ScriptError(
          place, "an object without \"id\"; a recorded case is one line {\"id\": ..., ...}");
    }
    if (CaseKinds.of(e.getAsJsonObject()).isEmpty()) {
      throw new ScriptError(
          place,
          "the case "
              + e.getAsJsonObject().get("id")
              + " has none of the known forms; it needs \"steps\", \"context\" or \"spec\"");
    }
    JsonObject recorded = e.getAsJsonObject();
    CaseShape.fault(recorded)
        .ifPresent(
            fault -> {
              throw new ScriptError(place, "the case " + recorded.get("id") + ": " + fault);
            });
    return recorded;
  }

  /** A case's name. */
  public static String id(JsonObject recorded) {
    return recorded.get("id").getAsString();
  }
}
