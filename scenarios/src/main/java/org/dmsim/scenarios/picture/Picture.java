package org.dmsim.scenarios.picture;

import java.util.List;

/**
 * One run, ready to be drawn: lanes from top to bottom, steps from left to right.
 *
 * @param heading what tells it from the other picture of a page, such as the kernel
 * @param verdict how the run ended
 * @param steps scheduling points of the run
 * @param start the step to look at first
 * @param left what the picture leaves out, in words; null if nothing
 * @param rows every step shown, in order: the picture as a table
 * @param why what led to the finding, a sentence a step; empty if nothing was found
 * @param race the steps of the pair that races, or of what goes round, with where it began; empty
 *     if nothing does
 * @param memory objects that were allocated since the run began and are not freed, whenever their
 *     number changes
 * @param wakes who made whom go on that waited: from the step that did, to the one at which it went
 *     on; for traces, as {@code memory} is
 * @param ring what goes round: waits of a deadlock, or steps of a livelock; empty if nothing does
 */
public record Picture(
    String heading,
    Verdict verdict,
    long steps,
    long start,
    String left,
    List<Lane> lanes,
    List<Bar> bars,
    List<Mark> marks,
    List<Link> links,
    List<Row> rows,
    List<ReportText> reports,
    List<Row> why,
    List<Long> race,
    List<Count> memory,
    List<Link> wakes,
    List<Turn> ring) {

  /**
   * How a run ended.
   *
   * @param word the verdict's one word
   * @param bad whether something was found
   * @param line the rest of the closing line
   */
  public record Verdict(String word, boolean bad, String line) {}

  /** What lanes are of. */
  public enum Group {
    TASK,
    GRACE,
    OBJECT,
    DEVICE,
    /** One bio with its clones and pieces; shown on demand, as CPUs are. */
    BIO,
    /** A workqueue; on demand as well. */
    QUEUE,
    CPU
  }

  /**
   * A lane.
   *
   * @param note what a reader may want to know of it; null if nothing
   */
  public record Lane(String name, Group group, String note) {}

  /** What a bar stands for. */
  public enum Stretch {
    /** Inside an RCU read-side section. */
    RCU,
    /** Inside an SRCU read-side section. */
    SRCU,
    LOCK,
    SLEEP,
    /** A work that waits to be run. */
    QUEUED,
    PREEMPTED,
    IRQ,
    /** A grace period, or a task's wait for one. */
    GP,
    /** A task on a CPU, or a work that is run. */
    RUN,
    /** An object that readers cannot find. */
    HIDDEN,
    /** An object that readers can find. */
    LIFE,
    /** A bio, from its submission to its end. */
    IO,
    /** An object that is freed. */
    FREED
  }

  /**
   * Something that lasts.
   *
   * @param lane its lane's index
   * @param from its first step
   * @param to the step at which it is over
   * @param open whether the run ended before it did
   * @param text more to say of it; null if nothing
   */
  public record Bar(
      int lane, long from, long to, boolean open, Stretch kind, String label, String text) {}

  /** What a mark stands for. */
  public enum Point {
    REPORT,
    /** A use of what was freed. */
    USE,
    FREE,
    /** A task begins a command of its script. */
    COMMAND,
    /** A bio is cut in two. */
    SPLIT
  }

  /**
   * Something that happens at one step.
   *
   * @param report the index of the report that it opens; null if it opens none
   * @param note a word beside it; null if none
   * @param text more to say of it; null if nothing
   */
  public record Mark(
      int lane, long at, Point kind, String label, String note, String text, Integer report) {}

  /** What an arrow stands for. */
  public enum Bond {
    /** A task waits for this one. */
    WAITS,
    /** A task makes this one go on. */
    WAKES,
    /** A grace period waits for this reader. */
    GRACE,
    /** A bio's way down: submission, clone, remap. */
    BIO,
    /** A bio's way back up: its completion. */
    DONE,
    /** Two steps that race. */
    RACE,
    /** A wait in a circle of waits. */
    CIRCLE
  }

  /** An arrow from a step of a lane to a step of another. */
  public record Link(int fromLane, long from, int toLane, long to, Bond kind, String label) {}

  /**
   * A line of the table.
   *
   * @param bad whether something was found there
   */
  public record Row(long step, String task, String text, boolean bad) {}

  /** How many there are from a step on. */
  public record Count(long step, long number) {}

  /**
   * A part of what goes round.
   *
   * @param who a task
   * @param step the step that is made, or at which it began to wait; 0 if that is not known
   * @param what it does, or waits for
   */
  public record Turn(String who, long step, String what) {}

  /** A report, as the kernel prints it. */
  public record ReportText(long step, String task, String headline, String text) {}
}
