package org.dmsim.scenarios.explain.lines;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A line that is a JSON object with a message in it. */
final class JsonLine {

  /** Of the journal, docker, and programs that log JSON. */
  private static final List<String> MESSAGE = List.of("MESSAGE", "log", "message", "msg");

  private JsonLine() {}

  /** The message; the line itself where it holds none. */
  static String message(String text) {
    try {
      JsonElement e = JsonParser.parseString(text);
      if (e instanceof JsonObject o) {
        for (String key : MESSAGE) {
          JsonElement m = o.get(key);
          if (m instanceof JsonArray bytes) {
            return ofBytes(bytes);
          }
          if (m != null && m.isJsonPrimitive()) {
            return m.getAsString().stripTrailing();
          }
        }
      }
    } catch (JsonParseException | NumberFormatException | IllegalStateException e) {
      return text; // a line in braces that is no JSON
    }
    return text;
  }

  /** The journal writes what is not plain text as a list of bytes. */
  private static String ofBytes(JsonArray bytes) {
    byte[] b = new byte[bytes.size()];
    for (int i = 0; i < b.length; i++) {
      JsonElement e = bytes.get(i);
      b[i] = e.isJsonPrimitive() ? (byte) e.getAsInt() : (byte) '?';
    }
    return new String(b, StandardCharsets.UTF_8);
  }
}
