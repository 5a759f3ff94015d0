package org.dmsim.scenarios.picture;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Messages of a {@code .proto} file, by which bytes are read; a field that it does not have, or of
 * another wire type, is an error, as it is lost in a reader that was compiled from it.
 */
final class Schema {

  private static final Pattern FIELD =
      Pattern.compile("(?:(?:optional|repeated|required) )?([\\w.]+) (\\w+) = (\\d+)(?: \\[.*)?");
  private static final Set<String> FIXED = Set.of("fixed64", "sfixed64", "double");
  private static final Set<String> VARINT =
      Set.of("uint64", "int64", "sint64", "uint32", "int32", "bool");

  private record Field(String name, String type) {}

  private final Map<String, Map<Integer, Field>> messages = new HashMap<>();
  private final Map<String, Map<Integer, String>> enums = new HashMap<>();

  Schema(String proto) {
    Deque<String[]> open = new ArrayDeque<>();
    Matcher m = Pattern.compile("([^;{}]*)([;{}])").matcher(proto.replaceAll("//[^\n]*", ""));
    while (m.find()) {
      String words = m.group(1).strip().replaceAll("\\s+", " ");
      switch (m.group(2)) {
        case "{" -> {
          open.push(words.split(" "));
          if (words.startsWith("enum ")) {
            enums.put(open.peek()[1], new HashMap<>());
          } else if (words.startsWith("message ")) {
            messages.put(open.peek()[1], new HashMap<>());
          }
        }
        case "}" -> open.pop();
        default -> statement(words, open);
      }
    }
  }

  private void statement(String words, Deque<String[]> open) {
    Matcher f = FIELD.matcher(words);
    String[] in = open.stream().filter(o -> !o[0].equals("oneof")).findFirst().orElse(null);
    if (in == null) {
      return;
    }
    if (in[0].equals("enum")) {
      String[] value = words.split(" = ");
      enums.get(in[1]).put(Integer.parseInt(value[1].split(" ")[0]), value[0]);
    } else if (in[0].equals("message") && f.matches()) {
      messages.get(in[1]).put(Integer.parseInt(f.group(3)), new Field(f.group(2), f.group(1)));
    }
  }

  /** The fields of a message by name; a field that is a message is such a map. */
  Map<String, List<Object>> read(String message, byte[] bytes) throws IOException {
    Map<String, List<Object>> fields = new LinkedHashMap<>();
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      Field f = messages.get(message).get(WireFormat.getTagFieldNumber(tag));
      if (f == null) {
        throw new IOException(message + " has no field " + WireFormat.getTagFieldNumber(tag));
      }
      int wire = WireFormat.getTagWireType(tag);
      boolean number = VARINT.contains(f.type) || enums.containsKey(f.type);
      boolean fixed = FIXED.contains(f.type);
      int wanted =
          number
              ? WireFormat.WIRETYPE_VARINT
              : fixed ? WireFormat.WIRETYPE_FIXED64 : WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (wire != wanted) {
        throw new IOException(message + "." + f.name + " is " + f.type + ", not of type " + wire);
      }
      Object value;
      if (number) {
        long n = in.readUInt64();
        value = enums.containsKey(f.type) ? enums.get(f.type).get((int) n) : Long.valueOf(n);
      } else if (fixed) {
        value = in.readFixed64();
      } else if (f.type.equals("string")) {
        value = in.readStringRequireUtf8();
      } else {
        value = read(f.type, in.readByteArray());
      }
      if (value == null) {
        throw new IOException(message + "." + f.name + ": no such value");
      }
      fields.computeIfAbsent(f.name, n -> new ArrayList<>()).add(value);
    }
    return fields;
  }
}
