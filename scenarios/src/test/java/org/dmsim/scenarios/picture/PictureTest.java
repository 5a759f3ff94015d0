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

  private static final String GRACE = "SRCU &md->io_barrier";

  private Picture bug;
  private Picture fix;

  @BeforeAll
  void search() throws IOException {
    Programs.Named program = Programs.find("nowait-swap").orElseThrow();
    Explorer explorer = explorer(program);
    Finding found = explorer.explore(Watch.NOBODY).finding().orElseThrow();
    PictureOf seen = new PictureOf();
    explorer.replay(found.schedule(), found.cycle(), seen);
    bug = seen.picture("bug", ANY);
    PictureOf without = new PictureOf();
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
    assertEquals(
        List.of(), links(bug, Bond.WAITS, "admin", "dm-nowait"), "nobody waits for that reader");
  }

  @Test
  void withTheFix_theSwapWaitsForTheReader() {
    assertEquals(0, marks(fix, Point.USE).count());
    assertEquals(0, bars(fix, "dm-nowait", Stretch.RCU).count());
    Link thread = links(fix, Bond.GRACE, GRACE, "dm-nowait").getFirst();
    Bar section =
        bars(fix, "dm-nowait", Stretch.SRCU)
            .filter(b -> b.from() <= thread.to() && b.to() > thread.to())
            .findFirst()
            .orElseThrow();
    long unpublished =
        bars(fix, "dm_table", Stretch.HIDDEN).mapToLong(Bar::from).min().orElseThrow();
    assertTrue(section.to() < unpublished, section + " " + unpublished);
    Bar grace =
        bars(fix, GRACE, Stretch.GP)
            .filter(b -> b.from() <= thread.from() && b.to() > thread.from())
            .findFirst()
            .orElseThrow();
    assertTrue(grace.to() >= section.to(), grace + " " + section);
    assertTrue(grace.label().startsWith("waits for dm-nowait"), grace.label());
  }

  @Test
  void noThreadLeadsToAReaderThatIsOverlooked() {
    assertTrue(bars(bug, GRACE, Stretch.GP).count() > 0);
    bars(bug, GRACE, Stretch.GP)
        .forEach(b -> assertTrue(b.label().startsWith("no reader to wait for"), b.label()));
    assertEquals(List.of(), links(bug, Bond.GRACE, GRACE, "dm-nowait"));
  }

  @Test
  void theSentencesSay_whyItWasFree() {
    List<String> why = bug.why().stream().map(r -> r.task() + " " + r.text()).toList();
    assertEquals("dm-nowait opens a read-side section: rcu_read_lock", why.getFirst());
    assertEquals("dm-nowait finds dm_md_mempools, through md->mempools", why.get(1));
    assertTrue(
        why.get(2).endsWith("dm-nowait's section is of another kind, and overlooked"), why.get(2));
    assertEquals(
        List.of(
            "admin frees dm_md_mempools, while dm-nowait is still inside rcu_read_lock",
            "dm-nowait uses dm_md_mempools, which is freed"),
        why.subList(why.size() - 2, why.size()));
    assertEquals(
        List.of(
            marks(bug, Point.FREE).findFirst().orElseThrow().at(),
            marks(bug, Point.USE).findFirst().orElseThrow().at()),
        bug.race());
    assertEquals(List.of(), fix.why());
  }

  @Test
  void commandsStandAtTheirTasks_inBothPictures() {
    for (Picture p : List.of(bug, fix)) {
      List<String> commands =
          marks(p, Point.COMMAND)
              .map(m -> p.lanes().get(m.lane()).name() + " " + m.label())
              .sorted()
              .toList();
      assertEquals(
          List.of(
              "admin resume d0",
              "admin suspend d0",
              "dm-nowait memory short",
              "dm-nowait read_nowait d0 0 4096"),
          commands);
    }
  }

  @Test
  void aBio_goesDownThroughItsClone_andBack() {
    List<String> ways =
        fix.links().stream()
            .filter(l -> l.kind() == Bond.BIO || l.kind() == Bond.DONE)
            .map(l -> name(fix, l.fromLane()) + " to " + name(fix, l.toLane()))
            .toList();
    assertEquals(
        List.of(
            "dm-nowait to device 252,0",
            "device 252,0 to device 1,0",
            "device 1,0 to device 252,0",
            "device 252,0 to dm-nowait"),
        ways);
    long lanes = fix.lanes().stream().filter(l -> l.group() == Picture.Group.BIO).count();
    assertEquals(1, lanes);
  }

  @Test
  void whatGoesRound_isSeen() throws IOException {
    List<Picture.Turn> circle = drawn("destroy-against-swap").ring();
    assertEquals(
        List.of("remover", "swapper"), circle.stream().map(Picture.Turn::who).sorted().toList());
    List<Picture.Turn> steps = drawn("back-off").ring();
    assertEquals(6, steps.size());
    assertTrue(steps.stream().allMatch(t -> t.what().contains("mutex")), steps.toString());
    assertEquals(List.of(), bug.ring());
  }

  @Test
  void ofADeadlock_theStepsOfTheCircleAreShown_withWhereEachHalfWasTaken() throws IOException {
    Picture p = drawn("destroy-against-swap");
    List<String> why = p.why().stream().map(r -> r.task() + " " + r.text()).toList();
    assertEquals(4, why.size(), why.toString());
    assertEquals("swapper takes &md->suspend_lock", why.getFirst());
    assertEquals(
        "remover opens a read-side section: srcu_read_lock &md->io_barrier, index 0", why.get(1));
    assertEquals("remover waits for mutex &md->suspend_lock, which swapper holds", why.get(2));
    assertTrue(why.get(3).startsWith("swapper waits for SRCU readers"), why.get(3));
    assertEquals(p.why().stream().map(Picture.Row::step).toList(), p.race());
  }

  @Test
  void ofALivelock_theStepsThatComeAgainAreShown() throws IOException {
    Picture p = drawn("back-off");
    assertEquals(p.ring().stream().map(Picture.Turn::step).sorted().toList(), p.race());
  }

  @Test
  void ofOtherRaces_theTwoStepsThatConflictAreShown() throws IOException {
    Picture p = drawn("get-from-kobject");
    List<String> why = p.why().stream().map(r -> r.task() + " " + r.text()).toList();
    assertEquals(
        List.of(
            "udevd dm_get_from_kobject: reads DMF_FREEING = 0",
            "dmsetup __dm_destroy: changes DMF_FREEING, 1: what udevd had read",
            "udevd comes to it again: dm_get: reads DMF_FREEING = 1"),
        why.subList(0, 3));
    assertTrue(why.get(3).startsWith("udevd is found: kernel BUG at drivers/md/dm.c"), why.get(3));
    assertEquals(p.why().stream().map(Picture.Row::step).limit(2).toList(), p.race());
    Link pair = links(p, Bond.RACE, "udevd", "dmsetup").getFirst();
    assertEquals(List.of(pair.from(), pair.to()), p.race());
    assertEquals(List.of(), drawn("nowait").race(), "no order of steps leads to it");
  }

  private static Picture drawn(String name) throws IOException {
    Explorer explorer = explorer(Programs.find(name).orElseThrow());
    Finding found = explorer.explore(Watch.NOBODY).finding().orElseThrow();
    PictureOf seen = new PictureOf();
    explorer.replay(found.schedule(), found.cycle(), seen);
    return seen.picture(name, ANY);
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

  private static List<Link> links(Picture p, Bond kind, String from, String to) {
    return p.links().stream()
        .filter(l -> l.kind() == kind)
        .filter(l -> name(p, l.fromLane()).equals(from) && name(p, l.toLane()).equals(to))
        .toList();
  }

  private static String name(Picture p, int lane) {
    return p.lanes().get(lane).name();
  }
}
