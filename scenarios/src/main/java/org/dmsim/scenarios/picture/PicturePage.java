package org.dmsim.scenarios.picture;

import com.google.gson.ExclusionStrategy;
import com.google.gson.FieldAttributes;
import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Pictures as one HTML page that needs nothing but a browser: no network and no other file. */
public final class PicturePage {

  private static final Gson GSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.IDENTITY)
          .addSerializationExclusionStrategy(notDrawn())
          .registerTypeHierarchyAdapter(Enum.class, lowerCase())
          .create();

  private static final Set<String> FOR_TRACES = Set.of("memory", "wakes");

  private PicturePage() {}

  private record Data(String title, String story, List<Picture> pictures) {}

  /**
   * The page's text.
   *
   * @param title what was run
   * @param story what happens in it, in a sentence or two
   * @param pictures one, or a bug and its fix
   */
  public static String of(String title, String story, List<Picture> pictures) {
    String page = resource("page.html");
    page = page.replace("@TITLE@", escaped(title + " - dmsim"));
    page = page.replace("@CSS@", (resource("look.css") + resource("page.css")).strip());
    // "<" would end the script's element; everything else is JSON.
    String data = GSON.toJson(new Data(title, story, pictures)).replace("<", "\\u003c");
    String[] around = page.split("@DATA@", 2);
    return around[0] + data + around[1].replace("@SCRIPT@", script());
  }

  private static String script() {
    return resource("align.js") + resource("ring.js") + resource("page.js").strip();
  }

  /** What traces alone show is not for the page. */
  private static ExclusionStrategy notDrawn() {
    return new ExclusionStrategy() {
      @Override
      public boolean shouldSkipField(FieldAttributes field) {
        return field.getDeclaringClass() == Picture.class && FOR_TRACES.contains(field.getName());
      }

      @Override
      public boolean shouldSkipClass(Class<?> type) {
        return false;
      }
    };
  }

  private static JsonSerializer<Enum<?>> lowerCase() {
    return (value, type, context) -> word(value);
  }

  private static JsonElement word(Enum<?> value) {
    return new JsonPrimitive(value.name().toLowerCase(Locale.ROOT));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String resource(String name) {
    try (InputStream in = PicturePage.class.getResourceAsStream("/picture/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
