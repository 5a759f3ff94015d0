package org.dmsim.scenarios.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dmsim.explore.Meeting;

/** What {@code explore --conflicts} says of the objects at which steps meet. */
final class MeetingsText {

  private MeetingsText() {}

  static List<String> of(List<Meeting> meetings) {
    List<String> lines = new ArrayList<>();
    lines.add("schedules  only for it  steps meet at");
    for (Meeting m : meetings) {
      lines.add(String.format(Locale.ROOT, "%9d  %11d  %s", m.schedules(), m.alone(), m.object()));
      for (Meeting.Way w : m.ways()) {
        lines.add(String.format(Locale.ROOT, "%9d  %13s%s", w.schedules(), "", w.who()));
      }
    }
    return lines;
  }

  static JsonArray json(List<Meeting> meetings) {
    JsonArray all = new JsonArray();
    for (Meeting m : meetings) {
      JsonObject o = new JsonObject();
      o.addProperty("object", m.object());
      o.addProperty("schedules", m.schedules());
      o.addProperty("only_for_it", m.alone());
      JsonArray ways = new JsonArray();
      for (Meeting.Way w : m.ways()) {
        JsonObject way = new JsonObject();
        way.addProperty("who", w.who());
        way.addProperty("schedules", w.schedules());
        ways.add(way);
      }
      o.add("ways", ways);
      all.add(o);
    }
    return all;
  }
}
