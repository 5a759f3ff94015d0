package org.dmsim.scenarios.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmsim.dm.ioctl.TableLine;
import org.dmsim.scenarios.script.Place;
import org.dmsim.scenarios.script.ScriptError;

/**
 * Tables as people have them: lines for dmsetup, what {@code dmsetup table} prints of one device or
 * of several, what {@code dmsetup create --concise} takes, and {@code dm-mod.create=} of a kernel
 * command line.
 */
final class TableInput {

  /**
   * A device with its table.
   *
   * @param name empty where the input names none
   * @param readOnly whether it is to be loaded read-only
   * @param lines none for a device without a live table
   */
  record Device(String name, boolean readOnly, List<Entry> lines) {}

  /**
   * One target.
   *
   * @param place where it stands
   * @param text as it stands there
   * @param line as the kernel gets it
   */
  record Entry(Place place, String text, TableLine line) {}

  private static final Pattern TARGET = Pattern.compile("\\d+\\s+\\d+\\s+\\S.*");
  private static final Pattern NAMED = Pattern.compile("(\\S.*?):(?:\\s+(.*))?");
  private static final Pattern CONCISE =
      Pattern.compile("((?:\\\\.|[^,\\\\\\s])*,){3}\\s*(ro|rw)?\\s*,.*", Pattern.DOTALL);
  private static final Pattern ON_COMMAND_LINE =
      Pattern.compile("(?:^|.*\\s)dm[-_]mod\\.create=(?:\"([^\"]*)\"|(\\S*)).*", Pattern.DOTALL);

  private final String file;
  private final Map<String, List<Entry>> named = new LinkedHashMap<>();
  private final Set<String> names = new LinkedHashSet<>();
  private final List<Device> concise = new ArrayList<>();
  private boolean nothing;

  private TableInput(String file) {
    this.file = file;
  }

  /**
   * Reads an input.
   *
   * @throws ScriptError if a line is none of a table, or there is none
   */
  static List<Device> read(String file, String text) {
    TableInput input = new TableInput(file);
    int number = 0;
    for (String raw : text.split("\n", -1)) {
      number++;
      String line = raw.strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        input.line(new Place(file, number, raw.indexOf(line) + 1), line);
      }
    }
    return input.devices();
  }

  private List<Device> devices() {
    if (!concise.isEmpty()) {
      return concise;
    }
    if (names.isEmpty() && named.isEmpty() && !nothing) {
      throw new ScriptError(
          new Place(file, 1, 1), "the table has no lines; write START LENGTH TYPE PARAMETERS");
    }
    if (names.size() <= 1) {
      // Lines with a name and lines without are one table.
      List<Entry> all = new ArrayList<>();
      named.values().forEach(all::addAll);
      String name = names.isEmpty() ? "" : names.iterator().next();
      return nothing && all.isEmpty() ? List.of() : List.of(new Device(name, false, all));
    }
    List<Device> devices = new ArrayList<>();
    named.forEach((name, lines) -> devices.add(new Device(name, false, lines)));
    return devices;
  }

  private void line(Place place, String line) {
    Matcher boot = ON_COMMAND_LINE.matcher(line);
    if (boot.matches()) {
      int group = boot.group(1) != null ? 1 : 2;
      concise(at(place, boot.start(group)), boot.group(group));
    } else if (line.equals("No devices found")) {
      nothing = true;
    } else if (!TARGET.matcher(line).matches() && CONCISE.matcher(line).matches()) {
      concise(place, line);
    } else {
      listed(place, line);
    }
  }

  private static Place at(Place place, int offset) {
    return new Place(place.file(), place.line(), place.column() + offset);
  }

  /** A line of a listing, or of a table. The first colon with a blank behind it ends a name. */
  private void listed(Place place, String line) {
    String name = "";
    String target = line;
    Matcher m = NAMED.matcher(line);
    if (!TARGET.matcher(line).matches() && m.matches() && !m.group(1).matches("\\d+\\s.*")) {
      name = m.group(1);
      target = m.group(2) == null ? "" : m.group(2);
      names.add(name);
    }
    List<Entry> lines = named.computeIfAbsent(name, n -> new ArrayList<>());
    if (!target.isEmpty()) {
      lines.add(entry(at(place, line.length() - target.length()), line, target, place));
    }
  }

  /** As dmsetup reads a line: what stands behind a # in the parameters is a comment. */
  private static Entry entry(Place place, String text, String target, Place whole) {
    String[] words = target.split("\\s+", 4);
    number(place, target, words, 0, "START");
    number(place, target, words, 1, "LENGTH");
    if (words.length < 3) {
      throw new ScriptError(
          at(place, target.length()),
          "the target ends here; write START LENGTH TYPE PARAMETERS, for example"
              + " 0 131072 linear 1:0 0");
    }
    String params = words.length < 4 ? "" : words[3];
    int comment = params.indexOf('#');
    int cut = comment < 0 ? 0 : params.length() - comment;
    String shown = text.substring(0, text.length() - cut).strip();
    String kept = comment < 0 ? params : params.substring(0, comment);
    return new Entry(
        whole,
        shown,
        new TableLine(unsigned(words[0]), unsigned(words[1]), words[2], kept.strip()));
  }

  private static void number(Place place, String target, String[] words, int i, String what) {
    if (i >= words.length) {
      throw new ScriptError(
          at(place, target.length()),
          "the target ends here; write START LENGTH TYPE PARAMETERS, for example"
              + " 0 131072 linear 1:0 0");
    }
    if (!words[i].matches("\\d+")) {
      int from = i == 0 ? 0 : words[0].length();
      throw new ScriptError(
          at(place, target.indexOf(words[i], from)),
          what + " is '" + words[i] + "'; write a number of 512-byte sectors");
    }
  }

  /** As strtoull reads it: what is too large is the largest number. */
  private static long unsigned(String digits) {
    try {
      return Long.parseUnsignedLong(digits);
    } catch (NumberFormatException tooLarge) {
      return -1L;
    }
  }

  // ---- name,uuid,minor,flags,table[,table...][;...] ---------------------------------------------

  private void concise(Place place, String text) {
    int at = 0;
    for (String device : cut(text, ';')) {
      if (!device.isBlank()) {
        concise.add(conciseDevice(at(place, at), device));
      }
      at += device.length() + 1;
    }
  }

  private static Device conciseDevice(Place place, String text) {
    List<String> fields = cut(text, ',');
    if (fields.size() < 5) {
      throw new ScriptError(
          place, "a device has NAME,UUID,MINOR,FLAGS,TABLE[,TABLE...]; here are " + fields.size());
    }
    String flags = fields.get(3).strip();
    if (!flags.matches("|ro|rw")) {
      throw new ScriptError(place, "the flags are '" + flags + "'; write ro or rw");
    }
    String name = plain(fields.getFirst()).strip();
    List<Entry> lines = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < fields.size(); i++) {
      String field = fields.get(i);
      if (i >= 4 && !field.isBlank()) {
        String target = plain(field).strip();
        Place where = at(place, at + field.indexOf(field.strip()));
        lines.add(entry(where, name + ": " + target, target, where));
      }
      at += field.length() + 1;
    }
    return new Device(name, flags.equals("ro"), lines);
  }

  /** The parts between separators that no backslash stands in front of. */
  private static List<String> cut(String text, char separator) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == separator) {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static String plain(String escaped) {
    return escaped.replaceAll("\\\\([,;\\\\])", "$1");
  }
}
