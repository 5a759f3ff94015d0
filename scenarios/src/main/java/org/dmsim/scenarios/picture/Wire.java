package org.dmsim.scenarios.picture;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * The fields of one protobuf message, as its wire format has them. Google's library does as much,
 * but prints warnings about Unsafe on every JDK from 24 on; the tests read what is written with it.
 */
final class Wire {

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  byte[] bytes() {
    return bytes.toByteArray();
  }

  Wire number(int field, long value) {
    varint((long) field << 3 | VARINT);
    varint(value);
    return this;
  }

  Wire fixed(int field, long value) {
    varint((long) field << 3 | FIXED64);
    for (int i = 0; i < 8; i++) {
      bytes.write((int) (value >>> 8 * i));
    }
    return this;
  }

  Wire text(int field, String value) {
    return data(field, value.getBytes(StandardCharsets.UTF_8));
  }

  Wire message(int field, Consumer<Wire> fields) {
    Wire inner = new Wire();
    fields.accept(inner);
    return data(field, inner.bytes());
  }

  private Wire data(int field, byte[] value) {
    varint((long) field << 3 | LENGTH);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }
}
