package org.dmsim.scenarios.picture;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.bio.BlockEvent;
import org.dmsim.scenarios.picture.Picture.Stretch;
import org.dmsim.scenarios.picture.TaskTrack.Stay;

/** What became of one bio: its own events, and those of its clones and of the pieces of both. */
final class BioTrack {

  /** A block event, and the step at which it was seen. */
  record Seen(BlockEvent event, long step) {}

  final int way;
  final List<Seen> events = new ArrayList<>();
  final List<Stay> memory = new ArrayList<>();

  BioTrack(int way) {
    this.way = way;
  }

  void event(BlockEvent event, long step) {
    events.add(new Seen(event, step));
  }

  /** One of its bios was allocated, and freed; {@code to} is -1 where it is not yet. */
  void memory(String label, long from, long to) {
    Stay stay = new Stay(Stretch.HIDDEN, label, null, from);
    stay.to = to;
    memory.add(stay);
  }

  /** The step of its latest event. */
  long last() {
    return events.isEmpty() ? 0 : events.getLast().step();
  }
}
