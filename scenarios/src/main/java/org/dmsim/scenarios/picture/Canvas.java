package org.dmsim.scenarios.picture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dmsim.scenarios.picture.Picture.Bar;
import org.dmsim.scenarios.picture.Picture.Bond;
import org.dmsim.scenarios.picture.Picture.Group;
import org.dmsim.scenarios.picture.Picture.Lane;
import org.dmsim.scenarios.picture.Picture.Link;
import org.dmsim.scenarios.picture.Picture.Mark;
import org.dmsim.scenarios.picture.TaskTrack.Stay;

/** Lanes and what lies in them, while a picture is made; what is older than it is left out. */
final class Canvas {

  final List<Lane> lanes = new ArrayList<>();
  final List<Bar> bars = new ArrayList<>();
  final List<Mark> marks = new ArrayList<>();
  final List<Link> links = new ArrayList<>();
  private final Map<Object, Integer> laneOf = new HashMap<>();
  private final long first;
  private final long end;

  /**
   * Nothing yet.
   *
   * @param first the first step that is shown
   * @param end the step after the last one
   */
  Canvas(long first, long end) {
    this.first = first;
    this.end = end;
  }

  /** The lane of something; it is made if it has none yet. */
  int lane(Object of, String name, Group group, String note) {
    return laneOf.computeIfAbsent(
        of,
        o -> {
          lanes.add(new Lane(name, group, note));
          return lanes.size() - 1;
        });
  }

  /** The lane of something; null if it has none. */
  Integer laneOf(Object of) {
    return laneOf.get(of);
  }

  /**
   * The step from which on there are no more than so many bars, marks and arrows.
   *
   * @return 0 if there are no more at all
   */
  long startOfLast(int most) {
    if (bars.size() + marks.size() + links.size() <= most) {
      return 0;
    }
    long[] ends =
        Stream.of(
                bars.stream().mapToLong(Bar::to),
                marks.stream().mapToLong(Mark::at),
                links.stream().mapToLong(l -> Math.max(l.from(), l.to())))
            .flatMapToLong(s -> s)
            .sorted()
            .toArray();
    return Math.min(ends[ends.length - most] + 1, end - 1);
  }

  boolean isShown(long step) {
    return step >= first;
  }

  void bar(int lane, Stay stay) {
    boolean open = stay.to < 0;
    long to = open ? end : stay.to;
    if (to > stay.from && to >= first) {
      bars.add(
          new Bar(lane, Math.max(first, stay.from), to, open, stay.kind, stay.label, stay.text));
    }
  }

  void mark(Mark mark) {
    if (isShown(mark.at())) {
      marks.add(mark);
    }
  }

  /** An arrow between two steps that race, if both have lanes. */
  void link(Object one, long from, Object other, long to, String label) {
    if (laneOf.containsKey(one) && laneOf.containsKey(other) && isShown(from)) {
      links.add(new Link(laneOf.get(one), from, laneOf.get(other), to, Bond.RACE, label));
    }
  }

  /** An arrow between two things at one step, if both have lanes. */
  void link(Object from, Object to, long step, Bond kind, String label) {
    Integer one = laneOf.get(from);
    Integer other = laneOf.get(to);
    if (one != null && other != null && isShown(step)) {
      links.add(new Link(one, step, other, step, kind, label));
    }
  }
}
