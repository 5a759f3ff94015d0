package org.dmsim.scenarios.picture;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The fields that messages have, by which bytes are read; a field that is not listed, or of another
 * wire type, is an error, as it is lost in a reader that was compiled from the published schema.
 */
final class Schema {

  private static final Set<String> VARINT = Set.of("uint64", "int64", "uint32");

  private record Field(String name, String type) {}

  private final Map<String, Map<Integer, Field>> messages = new HashMap<>();
  private final Map<String, Map<Integer, String>> enums = new HashMap<>();

  /**
   * Reads a list.
   *
   * @param list lines {@code MESSAGE NUMBER NAME TYPE} and {@code = ENUM NUMBER NAME}
   */
  Schema(String list) {
    for (String line : list.split("\n")) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "#" -> {}
        case "=" ->
            enums
                .computeIfAbsent(words[1], e -> new HashMap<>())
                .put(Integer.valueOf(words[2]), words[3]);
        default ->
            messages
                .computeIfAbsent(words[0], m -> new HashMap<>())
                .put(Integer.valueOf(words[1]), new Field(words[2], words[3]));
      }
    }
  }

  /** The fields of a message by name; a field that is a message is such a map. */
  Map<String, List<Object>> read(String message, byte[] bytes) throws IOException {
    Map<String, List<Object>> fields = new LinkedHashMap<>();
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      Field f = messages.getOrDefault(message, Map.of()).get(WireFormat.getTagFieldNumber(tag));
      if (f == null) {
        throw new IOException(message + " has no field " + WireFormat.getTagFieldNumber(tag));
      }
      int wire = WireFormat.getTagWireType(tag);
      boolean number = VARINT.contains(f.type) || enums.containsKey(f.type);
      boolean fixed = f.type.equals("fixed64");
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
