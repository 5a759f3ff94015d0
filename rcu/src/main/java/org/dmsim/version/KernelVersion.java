package org.dmsim.version;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A kernel release that this model knows: a mainline release (6.6), a release candidate (6.6-rc1)
 * or a stable release whose facts were looked up (6.1.192).
 *
 * @param major first number
 * @param minor second number
 * @param stable third number, 0 for a mainline release
 * @param candidate number behind -rc, or {@link #FINAL}
 */
public record KernelVersion(int major, int minor, int stable, int candidate)
    implements Comparable<KernelVersion> {

  /** The {@link #candidate} of a version that is no release candidate; orders after every one. */
  public static final int FINAL = Integer.MAX_VALUE;

  private static final Pattern FORM =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})(?:\\.(\\d{1,4})|-rc(\\d{1,2}))?");

  /** The kernel whose recorded answers were this project's first yardstick. */
  public static final KernelVersion RECORDED = new KernelVersion(6, 1, 192, FINAL);

  /** The kernel of 6.12 whose answers were recorded. */
  public static final KernelVersion RECORDED_6_12 = new KernelVersion(6, 12, 117, FINAL);

  /** A mainline release. */
  public static KernelVersion mainline(int major, int minor) {
    return new KernelVersion(major, minor, 0, FINAL);
  }

  /** The newest kernel held to recorded answers: what a script runs on that names no kernel. */
  public static KernelVersion newest() {
    return RECORDED_6_12;
  }

  /** The releases that this model knows, the oldest first, without their candidates. */
  public static List<KernelVersion> releases() {
    return Releases.all();
  }

  /**
   * Reads a version, known or not.
   *
   * @throws IllegalArgumentException with one line, if it has not the form of one
   */
  static KernelVersion read(String text) {
    Matcher m = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a kernel version; write for example 6.6-rc1, 6.6 or " + RECORDED);
    }
    return new KernelVersion(
        Integer.parseInt(m.group(1)),
        Integer.parseInt(m.group(2)),
        m.group(3) == null ? 0 : Integer.parseInt(m.group(3)),
        m.group(4) == null ? FINAL : Integer.parseInt(m.group(4)));
  }

  /**
   * Reads a version that this model knows.
   *
   * @throws IllegalArgumentException with one line that says what was found, and the nearest that
   *     are known
   */
  public static KernelVersion parse(String text) {
    KernelVersion version = read(text);
    if (!Releases.has(version)) {
      throw new IllegalArgumentException(
          "kernel "
              + text
              + " is not modelled; the nearest that are: "
              + Releases.nearest(version).stream()
                  .map(KernelVersion::toString)
                  .collect(Collectors.joining(" and "))
              + " (all: dmsim kernels)");
    }
    return version;
  }

  /** Whether recorded answers of this very kernel hold the model to it. */
  public boolean isHeld() {
    return equals(RECORDED) || equals(RECORDED_6_12);
  }

  /** Whether both belong to one release: its candidates, itself, its stable releases. */
  public boolean isSameSeries(KernelVersion other) {
    return major == other.major && minor == other.minor;
  }

  /** The mainline release that a stable one grew from; any other version itself. */
  public KernelVersion base() {
    return stable == 0 ? this : mainline(major, minor);
  }

  /** Whether this version's mainline part is {@code other} or newer; backports not counted. */
  public boolean isAtLeast(KernelVersion other) {
    if (major != other.major) {
      return major > other.major;
    }
    return minor != other.minor ? minor > other.minor : candidate >= other.candidate;
  }

  @Override
  public int compareTo(KernelVersion o) {
    int c = Integer.compare(major, o.major);
    c = c != 0 ? c : Integer.compare(minor, o.minor);
    c = c != 0 ? c : Integer.compare(candidate, o.candidate);
    return c != 0 ? c : Integer.compare(stable, o.stable);
  }

  /** As the kernel names itself in a report: 6.6-rc1 is 6.6.0-rc1, and 6.6 is 6.6.0. */
  public String release() {
    return major + "." + minor + "." + stable + (candidate == FINAL ? "" : "-rc" + candidate);
  }

  /** As a person writes it. */
  @Override
  public String toString() {
    return major
        + "."
        + minor
        + (stable == 0 ? "" : "." + stable)
        + (candidate == FINAL ? "" : "-rc" + candidate);
  }
}
