package org.dmsim.scenarios.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Finding;
import org.dmsim.explore.Watch;
import org.dmsim.machine.Configuration;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.scenarios.picture.Picture.Bar;
import org.dmsim.scenarios.picture.Picture.Bond;
import org.dmsim.scenarios.picture.Picture.Link;
import org.dmsim.scenarios.picture.Picture.Mark;
import org.dmsim.scenarios.picture.Picture.Point;
import org.dmsim.scenarios.picture.Picture.Stretch;
import org.dmsim.scenarios.picture.Picture.Verdict;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PictureTest {

  private static final Verdict ANY = new Verdict("VIOLATION", true, "");

  private Picture bug;
  private Picture fix;

  @BeforeAll
  void search() throws IOException {
    Programs.Named program = Programs.find("nowait-swap").orElseThrow();
    Explorer explorer = explorer(program);
    Finding found = explorer.explore(Watch.NOBODY).finding().orElseThrow();
    PictureOf seen = new PictureOf(true);
    explorer.replay(found.schedule(), found.cycle(), seen);
    bug = seen.picture("bug", ANY);
    PictureOf without = new PictureOf(true);
    explorer(Programs.fixedTwin(program).orElseThrow()).alike(found.schedule(), without);
    fix = without.picture("fix", ANY);
  }

  private static Explorer explorer(Programs.Named program) {
    Configuration c = program.withEnoughCpus(program.configuration());
    return new Explorer(program.program(), c, Bounds.EXHAUSTIVE).lookingFor(program.symptom());
  }

  @Test
  void theReaderIsInsideItsSection_whenItUsesWhatWasFreed() {
    Mark use = marks(bug, Point.USE).findFirst().orElseThrow();
    Mark free = marks(bug, Point.FREE).findFirst().orElseThrow();
    assertEquals("dm_md_mempools", bug.lanes().get(use.lane()).name());
    assertEquals(use.lane(), free.lane());
    assertTrue(free.at() < use.at(), free + " " + use);
    Bar section = bars(bug, "dm-nowait", Stretch.RCU).findFirst().orElseThrow();
    assertTrue(section.from() < free.at() && section.to() >= use.at(), section.toString());
    Bar freed = bars(bug, "dm_md_mempools", Stretch.FREED).findFirst().orElseThrow();
    assertEquals(free.at(), freed.from());
    assertEquals(List.of(), waits(bug, "admin", "dm-nowait"), "nobody waits for that reader");
  }

  @Test
  void withTheFix_theSwapWaitsForTheReader() {
    assertEquals(0, marks(fix, Point.USE).count());
    assertEquals(0, bars(fix, "dm-nowait", Stretch.RCU).count());
    Link wait = waits(fix, "admin", "dm-nowait").getFirst();
    Bar section =
        bars(fix, "dm-nowait", Stretch.SRCU)
            .filter(b -> b.from() <= wait.from() && b.to() > wait.from())
            .findFirst()
            .orElseThrow();
    long unpublished =
        bars(fix, "dm_table", Stretch.HIDDEN).mapToLong(Bar::from).min().orElseThrow();
    assertTrue(section.to() < unpublished, section + " " + unpublished);
    Bar grace = bars(fix, "admin", Stretch.GP).findFirst().orElseThrow();
    assertEquals(wait.from(), grace.from());
    assertTrue(grace.to() >= section.to(), grace + " " + section);
  }

  @Test
  void barsLieInTheirLanes_andInTime() {
    for (Picture p : List.of(bug, fix)) {
      for (Bar b : p.bars()) {
        assertTrue(b.from() < b.to() && b.to() <= p.steps(), b.toString());
      }
      p.rows().forEach(r -> assertFalse(r.text().isBlank(), r.toString()));
      p.marks().forEach(m -> assertTrue(m.at() <= p.steps(), m.toString()));
    }
  }

  @Test
  void thePage_needsNothingElse_andIsSmall() {
    String page = PicturePage.of("nowait-swap", "a < b & c", List.of(bug, fix));
    assertTrue(page.length() < 1_000_000, "" + page.length());
    assertFalse(page.replace("http://www.w3.org/2000/svg", "").contains("http"), "a network");
    assertFalse(page.contains("@DATA@") || page.contains("@SCRIPT@") || page.contains("@CSS@"));
    assertTrue(page.contains("a \\u003c b"), "the data cannot end its element");
    assertEquals(page, PicturePage.of("nowait-swap", "a < b & c", List.of(bug, fix)));
  }

  private static Stream<Mark> marks(Picture p, Point kind) {
    return p.marks().stream().filter(m -> m.kind() == kind);
  }

  private static Stream<Bar> bars(Picture p, String lane, Stretch kind) {
    return p.bars().stream()
        .filter(b -> b.kind() == kind && p.lanes().get(b.lane()).name().equals(lane));
  }

  private static List<Link> waits(Picture p, String from, String to) {
    return p.links().stream()
        .filter(l -> l.kind() == Bond.WAITS)
        .filter(l -> p.lanes().get(l.fromLane()).name().equals(from))
        .filter(l -> p.lanes().get(l.toLane()).name().equals(to))
        .toList();
  }
}
