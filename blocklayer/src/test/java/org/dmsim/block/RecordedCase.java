package org.dmsim.block;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A case that a real kernel answered: commands, each with the lines that it printed. */
record RecordedCase(String id, List<Step> steps) {

  /** One command and what it printed. */
  record Step(String command, List<String> out) {}

  /** The cases of a resource, one a line. */
  static List<RecordedCase> read(String resource) {
    try (InputStream in =
        Objects.requireNonNull(
            RecordedCase.class.getResourceAsStream("/recorded/" + resource), resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(l -> !l.isBlank())
          .map(l -> new Reader(l).readCase())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return id;
  }

  /** Reads the form that these files have, which is a small part of JSON. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    RecordedCase readCase() {
      expect("{\"id\":");
      String id = string();
      expect(",\"steps\":[");
      List<Step> steps = new ArrayList<>();
      do {
        expect("{\"do\":");
        String command = string();
        expect(",\"out\":[");
        List<String> out = new ArrayList<>();
        while (text.charAt(at) != ']') {
          out.add(string());
          if (text.charAt(at) == ',') {
            at++;
          }
        }
        expect("]}");
        steps.add(new Step(command, out));
      } while (text.charAt(at++) == ',');
      return new RecordedCase(id, steps);
    }

    private void expect(String token) {
      if (!text.startsWith(token, at)) {
        throw new IllegalArgumentException("expected " + token + " at " + at + " of " + text);
      }
      at += token.length();
    }

    private String string() {
      expect("\"");
      StringBuilder s = new StringBuilder();
      for (char c; (c = text.charAt(at++)) != '"'; ) {
        s.append(c == '\\' ? text.charAt(at++) : c);
      }
      return s.toString();
    }
  }
}
