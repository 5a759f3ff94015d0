package org.dmsim.scenarios.explore;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.SearchState;
import org.dmsim.machine.MemoryModel;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.version.KernelVersion;

/**
 * A search that stopped, as a file: a line with a JSON object that has a version and what the
 * search is of; behind it, compressed by gzip, the JSON of how far it came. That can have millions
 * of numbers, so it is never held as a tree of JSON. A change shows by gzip's own checksum.
 *
 * @param search what it is of
 * @param program number that the program has by some of its runs, in base 36
 * @param state how far it came
 */
public record SavedSearch(Search search, String program, SearchState state) {

  private static final String FORMAT = "dmsim search";
  private static final int VERSION = 4;
  private static final int LONGEST_LINE = 1 << 16;
  private static final String CHANGED = "its state is not as it was written";

  /**
   * Writes it; the file is there whole or not at all.
   *
   * @throws IOException if that is not possible
   */
  public void write(Path file) throws IOException {
    Path partly = file.resolveSibling(file.getFileName() + ".new");
    try (OutputStream out = Files.newOutputStream(partly)) {
      out.write((head() + "\n").getBytes(StandardCharsets.UTF_8));
      try (Writer json =
          new OutputStreamWriter(new GZIPOutputStream(out), StandardCharsets.UTF_8)) {
        new Gson().toJson(state, SearchState.class, json);
      }
    } catch (IOException e) {
      Files.deleteIfExists(partly);
      throw e;
    }
    Files.move(partly, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private JsonObject head() {
    JsonObject o = new JsonObject();
    o.addProperty("format", FORMAT);
    o.addProperty("version", VERSION);
    o.addProperty("scenario", search.name());
    o.addProperty("kernel", search.kernel().toString());
    o.addProperty("preempt", search.preemption().toString());
    o.addProperty("cpus", search.cpus());
    if (search.memory().isWeak()) {
      o.addProperty("memory", search.memory().toString());
    }
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
    return o;
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException with one line that says what is wrong with the file
   */
  public static SavedSearch read(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return read(file, in);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + ": there is no such file", e);
    } catch (EOFException | ZipException e) {
      throw damaged(file, new IllegalArgumentException(CHANGED, e));
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static SavedSearch read(Path file, InputStream in) throws IOException {
    JsonObject o = object(file, firstLine(in));
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
              .withSelection(Search.kind(o.get("strategy").getAsString()))
              .withPreemptions(
                  o.has("preemptions") ? o.get("preemptions").getAsInt() : Bounds.UNBOUNDED)
              .withSeed(o.get("seed").getAsLong());
      Search search =
          new Search(
              o.get("scenario").getAsString(),
              KernelVersion.parse(o.get("kernel").getAsString()),
              PreemptionModel.parse(o.get("preempt").getAsString()),
              o.get("cpus").getAsInt(),
              o.has("memory") ? MemoryModel.parse(o.get("memory").getAsString()) : MemoryModel.SC,
              bounds,
              o.has("max_steps") ? o.get("max_steps").getAsLong() : 0);
      Reader json = new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8);
      SearchState state = new Gson().fromJson(json, SearchState.class);
      if (!state.isOf(bounds)) {
        throw new IllegalArgumentException(CHANGED);
      }
      return new SavedSearch(search, o.get("program").getAsString(), state);
    } catch (JsonParseException e) {
      throw damaged(file, new IllegalArgumentException(CHANGED, e));
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw damaged(file, e);
    } catch (NullPointerException e) {
      throw damaged(file, new IllegalArgumentException("something is missing", e));
    }
  }

  private static String firstLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0 && c != '\n' && line.size() < LONGEST_LINE; c = in.read()) {
      line.write(c);
    }
    return line.toString(StandardCharsets.UTF_8);
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
