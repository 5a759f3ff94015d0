package org.dmsim.strategy;

import java.util.ArrayList;
import java.util.List;

/**
 * A run's choices, written down as deviations from what the machine would do by itself ({@link
 * org.dmsim.machine.Choice#byDefault}): short where there are few unexpected switches.
 *
 * <p>As text: {@code v1:} and then, comma-separated, {@code STEP.TASK} for a switch and {@code
 * STEP=VALUE} for a choice of data; then {@code :} and the digest of all steps in base 36, by which
 * a replay tells that it went another way. {@code v1::0} is the run without deviations and without
 * a digest.
 *
 * @param deviations in order of steps
 * @param digest of all steps and choices; 0 where it is not known
 */
public record Schedule(List<Deviation> deviations, long digest) {

  /** The run that the machine makes by itself. */
  public static final Schedule DEFAULT = new Schedule(List.of(), 0);

  private static final String VERSION = "v1";

  /** Copies the list. */
  public Schedule {
    deviations = List.copyOf(deviations);
  }

  /**
   * One unexpected choice.
   *
   * @param step the scheduling point's number
   * @param value index of the task chosen, or the data chosen
   * @param isData which of the two
   */
  public record Deviation(long step, int value, boolean isData) {}

  /**
   * Reads {@link #toString}'s text.
   *
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  public static Schedule parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3 || !parts[0].equals(VERSION)) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a schedule; paste the v1:… that dmsim printed");
    }
    List<Deviation> deviations = new ArrayList<>();
    try {
      for (String d : parts[1].isEmpty() ? new String[0] : parts[1].split(",", -1)) {
        boolean isData = d.indexOf('=') >= 0;
        int at = d.indexOf(isData ? '=' : '.');
        deviations.add(
            new Deviation(
                Long.parseLong(d.substring(0, at)), Integer.parseInt(d.substring(at + 1)), isData));
      }
      return new Schedule(deviations, Long.parseUnsignedLong(parts[2], 36));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is damaged: it reads STEP.TASK or STEP=VALUE between commas, then a digest",
          e);
    }
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder(VERSION).append(':');
    String comma = "";
    for (Deviation d : deviations) {
      s.append(comma).append(d.step()).append(d.isData() ? '=' : '.').append(d.value());
      comma = ",";
    }
    return s.append(':').append(Long.toUnsignedString(digest, 36)).toString();
  }
}
