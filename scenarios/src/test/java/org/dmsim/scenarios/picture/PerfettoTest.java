package org.dmsim.scenarios.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.scenarios.picture.Picture.Bar;
import org.dmsim.scenarios.picture.Picture.Group;
import org.dmsim.scenarios.picture.Picture.Lane;
import org.dmsim.scenarios.picture.Picture.Link;
import org.dmsim.scenarios.picture.Picture.Stretch;
import org.junit.jupiter.api.Test;

final class PerfettoTest {

  /** Two locks that overlap without one lying inside the other, and a bio. */
  private static final Picture PICTURE =
      new Picture(
          "kernel 6.6",
          new Picture.Verdict("CLEAN", false, ""),
          9,
          0,
          null,
          List.of(
              new Lane("io", Group.TASK, null),
              new Lane("admin", Group.TASK, null),
              new Lane("device 252,0", Group.DEVICE, null)),
          List.of(
              new Bar(0, 1, 5, false, Stretch.LOCK, "a", null),
              new Bar(0, 2, 4, false, Stretch.LOCK, "inside a", null),
              new Bar(0, 3, 7, true, Stretch.LOCK, "b", null),
              new Bar(2, 2, 6, false, Stretch.IO, "RS 0+8", null)),
          List.of(),
          List.of(new Link(1, 3, 0, 3, Picture.Bond.WAITS, "admin waits for io")),
          List.of(new Picture.Row(2, "io", "reads md->map", false)),
          List.of(),
          List.of(),
          List.of(),
          List.of(new Picture.Count(2, 7)),
          List.of(),
          List.of());

  /** The fields of a message by number, in their order. */
  private static Map<Integer, List<Object>> fields(byte[] message) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message);
    Map<Integer, List<Object>> fields = new HashMap<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      Object value =
          switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> in.readUInt64();
            case WireFormat.WIRETYPE_FIXED64 -> in.readFixed64();
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> in.readByteArray();
            default -> throw new IOException("wire type");
          };
      fields.computeIfAbsent(WireFormat.getTagFieldNumber(tag), n -> new ArrayList<>()).add(value);
    }
    return fields;
  }

  private static String text(Map<Integer, List<Object>> fields, int number) {
    return new String((byte[]) fields.get(number).getFirst());
  }

  @Test
  void slicesOfATrackLieInsideEachOther_andFlowsHaveTwoEnds() throws IOException {
    Map<Long, List<String>> open = new HashMap<>();
    Map<Long, Integer> flows = new HashMap<>();
    List<Long> pending = new ArrayList<>();
    int slices = 0;
    long before = 0;
    for (Object packet : fields(PerfettoTrace.of(List.of(PICTURE))).get(1)) {
      Map<Integer, List<Object>> p = fields((byte[]) packet);
      if (!p.containsKey(11)) {
        continue;
      }
      long time = (Long) p.get(8).getFirst();
      assertTrue(time >= before, "in order");
      before = time;
      Map<Integer, List<Object>> e = fields((byte[]) p.get(11).getFirst());
      List<String> stack =
          open.computeIfAbsent((Long) e.get(11).getFirst(), t -> new ArrayList<>());
      switch ((int) (long) (Long) e.get(9).getFirst()) {
        case 1 -> stack.add(text(e, 23));
        case 2 -> {
          slices++;
          stack.removeLast();
        }
        case 3 ->
            e.getOrDefault(47, List.of()).forEach(f -> flows.merge((Long) f, 1, Integer::sum));
        default -> pending.add((Long) e.get(30).getFirst());
      }
    }
    assertEquals(4, slices);
    open.values().forEach(stack -> assertEquals(List.of(), stack));
    assertEquals(Map.of(1L, 2), flows);
    assertEquals(List.of(1L, 7L, 0L), pending, "a bio, and objects in memory");
  }

  @Test
  void aTrace_isTheSameTwice() {
    assertArrayEquals(PerfettoTrace.of(List.of(PICTURE)), PerfettoTrace.of(List.of(PICTURE)));
  }
}
