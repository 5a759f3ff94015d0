package org.dmsim.faults;

import java.util.List;
import java.util.function.Supplier;
import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.Check;
import org.dmsim.report.KernelSymbol;
import org.dmsim.report.Report;

/**
 * A reader and an updater, for the one thing that a grace period promises: no section lies around
 * the whole of it. The section makes two accesses. If it lies around, one of them comes before what
 * the updater did first, and the other one behind what the updater did after the grace period.
 */
public final class SectionTrial {

  private final SharedInt x = new SharedInt("x", 0);
  private final SharedInt y = new SharedInt("y", 0);
  private final Section section;
  private final Domain domain;

  /** 0 where the section's access to x came before the updater's. */
  private int seenX;

  /** 1 where the section's access to y came behind the updater's. */
  private int seenY;

  private SectionTrial(Section section, Domain domain) {
    this.section = section;
    this.domain = domain;
  }

  /** What has readers, and grace periods that wait for them. */
  public interface Domain {
    /** Opens a section. */
    int enter();

    /** Closes it; {@code idx} is what {@link #enter} said. */
    void leave(int idx);

    /** Waits for the sections that are open. */
    void gracePeriod();
  }

  /** The two accesses of the section; the updater makes those that show their order. */
  public enum Section {
    /** The updater writes x, and y after the grace period. */
    READS_READS("reads x, reads y") {
      @Override
      void read(SectionTrial t) {
        t.seenX = t.x.readOnce();
        t.seenY = t.y.readOnce();
      }
    },
    /** The same, the other way round in the section. */
    READS_READS_BACKWARDS("reads y, reads x") {
      @Override
      void read(SectionTrial t) {
        t.seenY = t.y.readOnce();
        t.seenX = t.x.readOnce();
      }
    },
    /** The updater writes x, and reads y after the grace period. */
    READS_WRITES("reads x, writes y") {
      @Override
      void read(SectionTrial t) {
        t.seenX = t.x.readOnce();
        t.y.writeOnce(1);
      }

      @Override
      void after(SectionTrial t) {
        t.seenY = 1 - t.y.readOnce();
      }
    },
    /** The updater writes x, and reads y after the grace period. */
    WRITES_READS("writes y, reads x") {
      @Override
      void read(SectionTrial t) {
        t.y.writeOnce(1);
        t.seenX = t.x.readOnce();
      }

      @Override
      void after(SectionTrial t) {
        t.seenY = 1 - t.y.readOnce();
      }
    },
    /** The updater reads x, and y after the grace period. */
    WRITES_WRITES("writes x, writes y") {
      @Override
      void read(SectionTrial t) {
        t.x.writeOnce(1);
        t.y.writeOnce(1);
      }

      @Override
      void before(SectionTrial t) {
        t.seenX = 1 - t.x.readOnce();
      }

      @Override
      void after(SectionTrial t) {
        t.seenY = 1 - t.y.readOnce();
      }
    };

    private final String what;

    Section(String what) {
      this.what = what;
    }

    /** What it does, as half a sentence. */
    public String what() {
      return what;
    }

    abstract void read(SectionTrial t);

    void before(SectionTrial t) {
      t.x.writeOnce(1);
    }

    void after(SectionTrial t) {
      t.y.writeOnce(1);
    }
  }

  /** Sets up the two tasks; a section that lies around the grace period is reported at the end. */
  public static void load(Machine m, Section section, Supplier<Domain> domain) {
    SectionTrial[] made = new SectionTrial[1];
    m.boot(() -> made[0] = new SectionTrial(section, domain.get()));
    SectionTrial trial = made[0];
    m.spawnKthread("reader", trial::read);
    m.spawnKthread("updater", trial::update);
    m.atEnd(() -> trial.judge(m));
  }

  @KernelSymbol("reader")
  private void read() {
    int idx = domain.enter();
    section.read(this);
    domain.leave(idx);
  }

  @KernelSymbol("updater")
  private void update() {
    section.before(this);
    domain.gracePeriod();
    section.after(this);
  }

  private void judge(Machine m) {
    if (seenX == 0 && seenY == 1) {
      String headline = "the section lies around the whole grace period";
      m.report(
          new Report(Check.ASSERTION, headline, List.of(headline), m.step(), Report.Counts.NONE));
    }
  }
}
