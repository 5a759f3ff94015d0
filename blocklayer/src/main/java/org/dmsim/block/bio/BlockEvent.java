package org.dmsim.block.bio;

import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.trace.MovesBytes;

/**
 * One block event, as a tracer of the kernel sees it.
 *
 * @param action what happened
 * @param time virtual nanoseconds
 * @param cpu where
 * @param pid in which task
 * @param comm and its name
 * @param issuer pid of the task that made the bio, or made the one that it was cloned from: for
 *     whom it is, be it a worker that passes it on; 0 for none
 * @param major of the disk, also where the bio is for a partition of it
 * @param minor of the disk
 * @param opf operation and flags of the bio
 * @param sector where it starts
 * @param sectors how long it is
 * @param other the old sector of a remapping, the new one of a split, the negative errno of a
 *     completion
 * @param fromMajor of the device that a remapping left, else 0
 * @param fromMinor of the device that a remapping left, else 0
 * @param way one number for a bio, its clones, and the pieces of both; counted from 1 as they are
 *     seen, 0 for a request
 */
public record BlockEvent(
    Action action,
    long time,
    int cpu,
    int pid,
    String comm,
    int issuer,
    int major,
    int minor,
    int opf,
    long sector,
    long sectors,
    long other,
    int fromMajor,
    int fromMinor,
    int way)
    implements MovesBytes {

  /** The events that are recorded; the letter is blkparse's. */
  public enum Action {
    /** {@code block_bio_queue}. */
    QUEUE('Q'),
    /** {@code block_bio_remap}. */
    REMAP('A'),
    /** {@code block_split}. */
    SPLIT('X'),
    /** {@code block_bio_backmerge} and {@code block_bio_frontmerge}. */
    MERGE('M'),
    /** {@code block_bio_complete}, and {@code block_rq_complete} of a disk that takes requests. */
    COMPLETE('C');

    private final char letter;

    Action(char letter) {
      this.letter = letter;
    }

    /** Its letter. */
    public char letter() {
      return letter;
    }
  }

  @Override
  public long bytesMoved() {
    return action == Action.COMPLETE ? sectors << Sectors.SHIFT : 0;
  }

  /** The event without time and task: {@code A 1,0 RS 64 + 8 <- (252,0) 0}. */
  public String line() {
    StringBuilder s = new StringBuilder(48);
    s.append(action.letter).append(' ').append(major).append(',').append(minor).append(' ');
    s.append(Opf.rwbs(opf)).append(' ').append(Long.toUnsignedString(sector));
    if (action == Action.SPLIT) {
      return s.append(" / ").append(Long.toUnsignedString(other)).toString();
    }
    s.append(" + ").append(sectors);
    if (action == Action.REMAP) {
      s.append(" <- (").append(fromMajor).append(',').append(fromMinor).append(") ");
      s.append(Long.toUnsignedString(other));
    } else if (action == Action.COMPLETE) {
      s.append(" [").append(other).append(']');
    }
    return s.toString();
  }

  @Override
  public String toString() {
    return line();
  }
}
