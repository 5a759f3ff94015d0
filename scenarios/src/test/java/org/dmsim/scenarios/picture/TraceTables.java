package org.dmsim.scenarios.picture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A trace as the tables that Perfetto's trace processor makes of one: {@code track}, {@code slice}
 * (begins and ends of a track, paired as they lie inside each other), {@code flow}, {@code
 * counter}.
 */
final class TraceTables {

  record Track(long id, long parent, String name, boolean counter) {}

  /** A slice; an instant lasts no time. */
  record Slice(String track, String category, String name, long ts, long dur) {}

  record Count(String track, long ts, long value) {}

  final Map<Long, Track> tracks = new HashMap<>();
  final List<Slice> slices = new ArrayList<>();
  final List<Count> counts = new ArrayList<>();
  final Map<Long, List<Slice>> flows = new HashMap<>();

  TraceTables(Schema schema, byte[] trace) throws IOException {
    Map<Long, List<Slice>> open = new HashMap<>();
    for (Object packet : schema.read("Trace", trace).get("packet")) {
      Map<String, List<Object>> p = message(packet);
      if (p.containsKey("track_descriptor")) {
        Map<String, List<Object>> d = message(p.get("track_descriptor").getFirst());
        long parent = d.containsKey("parent_uuid") ? (Long) d.get("parent_uuid").getFirst() : 0;
        long id = (Long) d.get("uuid").getFirst();
        String name = (String) d.get("name").getFirst();
        tracks.put(id, new Track(id, parent, name, d.containsKey("counter")));
      } else {
        long ts = (Long) p.get("timestamp").getFirst();
        event(message(p.get("track_event").getFirst()), ts, open);
      }
    }
    open.values().removeIf(List::isEmpty);
    if (!open.isEmpty()) {
      throw new IOException("slices without an end: " + open);
    }
  }

  private void event(Map<String, List<Object>> e, long ts, Map<Long, List<Slice>> open)
      throws IOException {
    Track track = tracks.get((Long) e.get("track_uuid").getFirst());
    if (track == null) {
      throw new IOException("an event without a track: " + e);
    }
    String type = (String) e.get("type").getFirst();
    if (type.equals("TYPE_COUNTER")) {
      if (!track.counter) {
        throw new IOException("a count on " + track);
      }
      counts.add(new Count(track.name, ts, (Long) e.get("counter_value").getFirst()));
      return;
    }
    List<Slice> stack = open.computeIfAbsent(track.id, t -> new ArrayList<>());
    if (type.equals("TYPE_SLICE_END")) {
      Slice s = stack.removeLast();
      slices.add(new Slice(s.track, s.category, s.name, s.ts, ts - s.ts));
      return;
    }
    Slice s =
        new Slice(
            track.name,
            (String) e.get("categories").getFirst(),
            (String) e.get("name").getFirst(),
            ts,
            0);
    if (type.equals("TYPE_SLICE_BEGIN")) {
      stack.add(s);
    } else {
      slices.add(s);
      for (Object id : e.getOrDefault("flow_ids", List.of())) {
        flows.computeIfAbsent((Long) id, f -> new ArrayList<>()).add(s);
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, List<Object>> message(Object value) {
    return (Map<String, List<Object>>) value;
  }

  /** {@code select * from slice where category = …}. */
  List<Slice> slices(String category) {
    return slices.stream().filter(s -> s.category.equals(category)).toList();
  }

  /** {@code select * from counter where track = …}. */
  List<Count> counts(String track) {
    return counts.stream().filter(c -> c.track.equals(track)).toList();
  }
}
