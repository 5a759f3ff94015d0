package org.dmsim.scenarios.script;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmsim.block.disk.Image;

/** Reads {@code disk NAME SIZE [OPTION ...]}, or {@code disk NAME file=IMAGE [OPTION ...]}. */
final class DiskParser {

  private static final Pattern NAME = Pattern.compile("(ram|nullb)(\\d{1,3})");
  private static final String SYNTAX = "write: disk NAME SIZE, for example: disk ram0 64M";
  private static final String FILE = "file=";

  /** Options and what may stand behind their equals sign. */
  private enum Option {
    DISCARD("discard", Value.NONE),
    WRITE_CACHE("write_cache", Value.NONE),
    FUA("fua", Value.NONE),
    NOWAIT("nowait", Value.NONE),
    REQUESTS("requests", Value.NONE),
    SECURE_ERASE("secure_erase", Value.NONE),
    WRITE_ZEROES("write_zeroes", Value.NONE),
    LATENCY("latency", Value.TIME),
    LOGICAL("logical_block_size", Value.BYTES),
    PHYSICAL("physical_block_size", Value.BYTES);

    enum Value {
      NONE,
      TIME,
      BYTES
    }

    final String word;
    final Value value;

    Option(String word, Value value) {
      this.word = word;
      this.value = value;
    }

    static List<String> words() {
      return java.util.Arrays.stream(values()).map(o -> o.word).toList();
    }
  }

  private DiskParser() {}

  static DiskSpec parse(List<Word> words, List<DiskSpec> before) {
    Word first = words.getFirst();
    if (words.size() < 3) {
      throw new ScriptError(first.place(), "a disk has a name and a size or a file; " + SYNTAX);
    }
    Word name = words.get(1);
    Matcher m = NAME.matcher(name.text());
    if (!m.matches()) {
      throw new ScriptError(
          name.place(), "no disk is named '" + name.text() + "'; write ram0 or nullb0, and so on");
    }
    for (DiskSpec d : before) {
      if (d.name().equals(name.text())) {
        throw new ScriptError(
            name.place(),
            "a second disk " + name.text() + "; the first is line " + d.place().line());
      }
    }
    boolean sized = !words.get(2).text().startsWith(FILE);
    long bytes = sized ? size(words.get(2)) : 0;
    Image image = null;
    Map<String, Long> options = new LinkedHashMap<>();
    for (Word w : words.subList(sized ? 3 : 2, words.size())) {
      if (!w.text().startsWith(FILE)) {
        option(w, options);
        continue;
      }
      image = image(w, w.text().substring(FILE.length()));
      if (sized && image.bytes() > bytes) {
        throw new ScriptError(
            words.get(2).place(),
            "SIZE "
                + words.get(2).text()
                + " is less than the file's "
                + image.bytes()
                + " bytes; leave it away");
      }
      bytes = Math.max(bytes, image.bytes());
    }
    Long logical = options.get(Option.LOGICAL.word);
    Long physical = options.get(Option.PHYSICAL.word);
    if (logical != null && physical != null && physical < logical) {
      throw new ScriptError(
          first.place(), "the physical block is smaller than the logical one; exchange them");
    }
    DiskSpec.Driver driver = m.group(1).equals("ram") ? DiskSpec.Driver.RAM : DiskSpec.Driver.NULL;
    return new DiskSpec(first.place(), driver, Integer.parseInt(m.group(2)), bytes, image, options);
  }

  private static long size(Word w) {
    long bytes = Numbers.bytes(w, "SIZE");
    if (bytes == 0 || bytes % 4096 != 0) {
      throw new ScriptError(
          w.place(),
          "SIZE " + w.text() + " is not a number of 4096-byte pages; write for example 64M");
    }
    return bytes;
  }

  /** A file's name is as seen from the folder of the script. */
  private static Image image(Word w, String name) {
    Path file;
    try {
      Path script = Path.of(w.place().file());
      file = Files.exists(script) ? script.resolveSibling(name) : Path.of(name);
    } catch (InvalidPathException e) {
      throw new ScriptError(w.place(), "no file can be named like that; write: file=disk.img");
    }
    if (name.isEmpty() || !Files.isRegularFile(file)) {
      throw new ScriptError(
          w.place(),
          "there is no file " + file + "; make one, for example: truncate -s 64M disk.img");
    }
    try {
      Image image = Image.open(file);
      if (image.bytes() == 0 || image.bytes() % 512 != 0) {
        throw new ScriptError(
            w.place(),
            file
                + " has "
                + image.bytes()
                + " bytes, which is no number of 512-byte sectors; write: truncate -s %512 "
                + file);
      }
      return image;
    } catch (IOException e) {
      throw new ScriptError(w.place(), "cannot read " + file + "; see its permissions");
    }
  }

  private static void option(Word w, Map<String, Long> options) {
    int eq = w.text().indexOf('=');
    String key = eq < 0 ? w.text() : w.text().substring(0, eq);
    for (Option o : Option.values()) {
      if (!o.word.equals(key)) {
        continue;
      }
      if ((o.value == Option.Value.NONE) != (eq < 0)) {
        throw new ScriptError(
            w.place(),
            eq < 0
                ? key + " needs a value; write " + key + "=" + example(o)
                : key + " takes no value; write " + key);
      }
      String text = eq < 0 ? "" : w.text().substring(eq + 1);
      options.put(
          key,
          switch (o.value) {
            case NONE -> 1L;
            case TIME -> Numbers.time(new Word(text, w.place(), w.start()), text, key);
            case BYTES -> blockSize(new Word(text, w.place(), w.start()), key);
          });
      return;
    }
    throw new ScriptError(
        w.place(),
        "unknown disk option '"
            + key
            + "'"
            + Similar.hint(
                key, Option.words(), "; options: file, " + String.join(", ", Option.words())));
  }

  private static long blockSize(Word w, String key) {
    long n = Numbers.bytes(w, key);
    if (n < 512 || n > 4096 || Long.bitCount(n) != 1) {
      throw new ScriptError(
          w.place(), key + " " + w.text() + " is out of range; write 512, 1024, 2048 or 4096");
    }
    return n;
  }

  private static String example(Option o) {
    return o.value == Option.Value.TIME ? "2.5s" : "4096";
  }
}
