package org.dmsim.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Printed;
import org.dmsim.strategy.RoundRobin;
import org.junit.jupiter.api.Test;

/** Many listeners, each hears what it asked for, in order. */
final class EventsTest {

  private record Moved(long bytesMoved) implements MovesBytes {}

  private record Said(String what) implements Event {}

  @Test
  void listeners_hearTheTypesThatTheyAskedFor_inOrder() {
    Events events = new Events();
    List<Event> all = new ArrayList<>();
    List<Long> bytes = new ArrayList<>();
    events.hear(Event.class, all::add);
    events.hear(MovesBytes.class, e -> bytes.add(e.bytesMoved()));
    events.tell(new Moved(1));
    events.tell(new Said("a"));
    events.tell(new Moved(2));
    assertEquals(List.of(new Moved(1), new Said("a"), new Moved(2)), all);
    assertEquals(List.of(1L, 2L), bytes);
  }

  @Test
  void eventsAreHeard_onlyWhereSomebodyAskedForTheirType() {
    Events events = new Events();
    assertFalse(events.areHeard(Said.class));
    events.hear(MovesBytes.class, e -> {});
    assertFalse(events.areHeard(Said.class));
    assertTrue(events.areHeard(Moved.class));
    events.mute(true);
    assertFalse(events.areHeard(Moved.class));
  }

  @Test
  void lineOfTheLog_isHeardWithItsTask_whenItIsPrinted() {
    Machine machine = new Machine(Configuration.standard(), new RoundRobin());
    List<String> heard = new ArrayList<>();
    machine.events().hear(Printed.class, p -> heard.add(p.by().name() + ": " + p.line()));
    machine.spawn(
        "writer",
        () -> {
          machine.printk("hello");
          heard.add("went on");
        });
    machine.run();
    assertEquals(List.of("writer: hello", "went on"), heard);
  }
}
