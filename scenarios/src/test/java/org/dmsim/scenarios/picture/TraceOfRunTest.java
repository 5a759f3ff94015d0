package org.dmsim.scenarios.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dmsim.block.bio.BlockEvent;
import org.dmsim.machine.GoesOn;
import org.dmsim.machine.Machine;
import org.dmsim.memory.Allocated;
import org.dmsim.memory.Freed;
import org.dmsim.rcu.GracePeriodStarted;
import org.dmsim.rcu.SectionOpened;
import org.dmsim.scenarios.picture.TraceTables.Count;
import org.dmsim.scenarios.picture.TraceTables.Slice;
import org.dmsim.scenarios.run.Listener;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.run.ScriptRun;
import org.dmsim.scenarios.script.ScriptParser;
import org.dmsim.workqueue.WorkMoves;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The trace of a run, read by Perfetto's published schema and asked for what the run's own events
 * say.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TraceOfRunTest {

  private static final String SCRIPT =
      """
      disk ram0 64M
      disk nullb0 64M latency=10ms
      create d0
      load d0 0 2048 striped 2 8 1:0 0 253:0 0
      resume d0
      task one:
        write d0 0 65536 1
        read d0 0 65536
      task two:
        read d0 131072 65536
      task admin:
        suspend d0
        resume d0
      """;

  private final Map<String, Long> heard = new TreeMap<>();
  private final List<String> woken = new ArrayList<>();
  private TraceTables trace;
  private Picture picture;
  private Schema schema;

  private void counts(String what, long by) {
    heard.merge(what, by, Long::sum);
  }

  private void listens(Machine m) {
    m.events().hear(BlockEvent.class, e -> counts(e.action() + " " + e.major(), 1));
    m.events().hear(SectionOpened.class, e -> counts("sections", 1));
    m.events().hear(GracePeriodStarted.class, e -> counts("grace periods", 1));
    m.events().hear(Allocated.class, e -> counts("objects", 1));
    m.events().hear(Freed.class, e -> counts("objects", -1));
    m.events().hear(WorkMoves.class, e -> counts("work " + e.move(), 1));
    m.events().hear(GoesOn.class, e -> woken.add(e.by().name()));
  }

  @BeforeAll
  void run() throws IOException {
    PictureOf seen = new PictureOf();
    new ScriptRun(ScriptParser.parse("trace", SCRIPT), Overrides.NONE, Listener.NONE)
        .watchedBy(
            m -> {
              seen.accept(m);
              listens(m);
            })
        .run();
    picture = seen.picture("kernel", new Picture.Verdict("CLEAN", false, ""));
    try (InputStream in = getClass().getResourceAsStream("/perfetto/fields.txt")) {
      schema = new Schema(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
    trace = new TraceTables(schema, PerfettoTrace.of(List.of(picture)));
  }

  private long heard(String what) {
    return heard.getOrDefault(what, 0L);
  }

  @Test
  void bios_areSlicesOfTheirDevices_andCounted() {
    for (int major : new int[] {252, 1, 253}) {
      String device = "device " + major + ",0";
      long io = trace.slices("IO").stream().filter(s -> s.track().equals(device)).count();
      assertTrue(io > 0, device);
      assertEquals(heard("QUEUE " + major), io, device);
      List<Count> pending = trace.counts("pending I/O of " + device);
      assertEquals(0, pending.getLast().value(), "all are done");
      assertTrue(pending.stream().allMatch(c -> c.value() >= 0), pending.toString());
    }
    long down = flows("BIO").stream().filter(f -> f.getLast().track().equals("device 1,0")).count();
    assertEquals(heard("REMAP 1"), down, "clones that come to the disk");
    Map<String, Long> back = new TreeMap<>();
    flows("DONE").forEach(f -> back.merge(f.getFirst().track(), 1L, Long::sum));
    for (int major : new int[] {252, 1, 253}) {
      assertEquals(
          heard("COMPLETE " + major), back.get("device " + major + ",0"), heard + " " + back);
    }
  }

  private List<List<Slice>> flows(String category) {
    return trace.flows.values().stream()
        .filter(f -> f.getFirst().category().equals(category))
        .toList();
  }

  @Test
  void sectionsAndGracePeriods_areSlices() {
    assertTrue(heard("sections") > 0 && heard("grace periods") > 0, heard.toString());
    int sections = trace.slices("RCU").size() + trace.slices("SRCU").size();
    long boot = heard("sections") - sections;
    assertTrue(boot >= 0 && sections > 10, sections + " of " + heard("sections"));
    long periods =
        trace.slices("GP").stream()
            .filter(s -> s.track().startsWith("SRCU ") || s.track().equals("RCU"))
            .count();
    assertEquals(heard("grace periods"), periods);
  }

  @Test
  void works_areSlicesOfTheirQueues() {
    assertTrue(heard("work QUEUED") > 0, heard.toString());
    assertEquals(heard("work QUEUED"), trace.slices("QUEUED").size());
    long run = trace.slices("RUN").stream().filter(s -> s.track().startsWith("workqueue ")).count();
    assertEquals(heard("work STARTS"), run);
  }

  @Test
  void wakeUps_areFlows_fromWhoDidIt() {
    List<List<Slice>> wakes = flows("WAKES");
    assertTrue(!wakes.isEmpty() && wakes.size() <= woken.size(), wakes + " " + woken);
    for (List<Slice> w : wakes) {
      assertEquals(2, w.size());
      assertEquals(w.getFirst().track() + " wakes " + w.getLast().track(), w.getFirst().name());
      assertTrue(w.getFirst().ts() <= w.getLast().ts(), w.toString());
      assertTrue(woken.contains(w.getLast().track()), w.toString());
    }
  }

  @Test
  void memory_isCounted() {
    assertEquals(heard("objects"), trace.counts("objects allocated").getLast().value());
  }

  @Test
  void whatTheSchemaDoesNotHave_isFound() {
    byte[] field = new Wire().message(1, p -> p.number(9_999, 1)).bytes();
    assertThrows(IOException.class, () -> schema.read("Trace", field));
    byte[] type = new Wire().message(1, p -> p.text(8, "now")).bytes();
    assertThrows(IOException.class, () -> schema.read("Trace", type));
  }
}
