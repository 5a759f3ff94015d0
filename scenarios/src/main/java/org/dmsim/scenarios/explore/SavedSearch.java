package org.dmsim.scenarios.explore;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.SearchState;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.version.KernelVersion;

/**
 * A search that stopped, as a file: a JSON object with a version, what the search is of, and how
 * far it came.
 *
 * @param search what it is of
 * @param program number that the program has by some of its runs, in base 36
 * @param state how far it came
 */
public record SavedSearch(Search search, String program, SearchState state) {

  private static final String FORMAT = "dmsim search";
  private static final int VERSION = 2;

  /**
   * Writes it; the file is there whole or not at all.
   *
   * @throws IOException if that is not possible
   */
  public void write(Path file) throws IOException {
    JsonObject o = new JsonObject();
    o.addProperty("format", FORMAT);
    o.addProperty("version", VERSION);
    o.addProperty("scenario", search.name());
    o.addProperty("kernel", search.kernel().toString());
    o.addProperty("preempt", search.preemption().toString());
    o.addProperty("cpus", search.cpus());
    o.addProperty("strategy", search.strategy());
    if (search.bounds().preemptions() != Bounds.UNBOUNDED) {
      o.addProperty("preemptions", search.bounds().preemptions());
    }
    o.addProperty("seed", search.bounds().seed());
    if (search.maxSteps() != 0) {
      o.addProperty("max_steps", search.maxSteps());
    }
    o.addProperty("program", program);
    o.addProperty("explored", state.explored());
    JsonElement json = new Gson().toJsonTree(state);
    o.addProperty("check", check(json));
    o.add("state", json);
    Path partly = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(partly, o + "\n");
    Files.move(partly, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException with one line that says what is wrong with the file
   */
  public static SavedSearch read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + ": there is no such file", e);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + ": not a text in UTF-8", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
    }
    JsonObject o = object(file, text);
    int version = Integer.parseInt(o.get("version").getAsString());
    if (version != VERSION) {
      throw new IllegalArgumentException(
          file
              + ": a search in version "
              + version
              + " of the format, and this dmsim reads version "
              + VERSION
              + "; search anew");
    }
    try {
      Bounds bounds =
          Bounds.EXHAUSTIVE
              .withKind(Search.kind(o.get("strategy").getAsString()))
              .withPreemptions(
                  o.has("preemptions") ? o.get("preemptions").getAsInt() : Bounds.UNBOUNDED)
              .withSeed(o.get("seed").getAsLong());
      Search search =
          new Search(
              o.get("scenario").getAsString(),
              KernelVersion.parse(o.get("kernel").getAsString()),
              PreemptionModel.parse(o.get("preempt").getAsString()),
              o.get("cpus").getAsInt(),
              bounds,
              o.has("max_steps") ? o.get("max_steps").getAsLong() : 0);
      SearchState state = new Gson().fromJson(o.get("state"), SearchState.class);
      if (!check(o.get("state")).equals(o.get("check").getAsString()) || !state.isOf(bounds)) {
        throw new IllegalArgumentException("its state is not as it was written");
      }
      return new SavedSearch(search, o.get("program").getAsString(), state);
    } catch (JsonParseException | IllegalArgumentException | IllegalStateException e) {
      throw damaged(file, e);
    } catch (NullPointerException e) {
      throw damaged(file, new IllegalArgumentException("something is missing", e));
    }
  }

  /** A number by which it shows that somebody changed the state. */
  private static String check(JsonElement state) {
    CRC32 crc = new CRC32();
    crc.update(state.toString().getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(crc.getValue());
  }

  private static JsonObject object(Path file, String text) {
    try {
      JsonElement e = JsonParser.parseString(text);
      if (e.isJsonObject()
          && e.getAsJsonObject().has("format")
          && e.getAsJsonObject().get("format").getAsString().equals(FORMAT)
          && e.getAsJsonObject().get("version").getAsString().matches("\\d{1,9}")) {
        return e.getAsJsonObject();
      }
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      if (text.startsWith("{\"format\":\"" + FORMAT + "\"")) {
        throw damaged(file, e);
      }
    }
    throw new IllegalArgumentException(
        file + ": not a saved search; give the file that an interrupted search has named");
  }

  private static IllegalArgumentException damaged(Path file, Exception e) {
    String why = e.getMessage() == null ? "" : e.getMessage().lines().findFirst().orElse("");
    return new IllegalArgumentException(
        file + ": a damaged search" + (why.isEmpty() ? "" : " (" + why + ")") + "; search anew", e);
  }
}
