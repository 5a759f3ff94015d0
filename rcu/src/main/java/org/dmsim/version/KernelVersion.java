package org.dmsim.version;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  /** The kernel whose recorded answers are this project's yardstick. */
  public static final KernelVersion RECORDED = new KernelVersion(6, 1, 192, FINAL);

  private static final Pattern FORM =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})(?:\\.(\\d{1,4})|-rc(\\d{1,2}))?");

  /** First and last mainline release that is modelled. */
  private static final KernelVersion FIRST = mainline(5, 18);

  private static final KernelVersion LAST = mainline(6, 7);

  /** Stable releases whose relevant backports were looked up. */
  private static final List<KernelVersion> STABLE = List.of(RECORDED);

  /** A mainline release. */
  public static KernelVersion mainline(int major, int minor) {
    return new KernelVersion(major, minor, 0, FINAL);
  }

  /** The newest modelled kernel: what a script runs on that names none. */
  public static KernelVersion newest() {
    return LAST;
  }

  /**
   * Reads a version that this model knows.
   *
   * @throws IllegalArgumentException with one line that says what was found and what is modelled
   */
  public static KernelVersion parse(String text) {
    Matcher m = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a kernel version; write for example " + modelled());
    }
    KernelVersion version =
        new KernelVersion(
            Integer.parseInt(m.group(1)),
            Integer.parseInt(m.group(2)),
            m.group(3) == null ? 0 : Integer.parseInt(m.group(3)),
            m.group(4) == null ? FINAL : Integer.parseInt(m.group(4)));
    if (!version.isModelled()) {
      throw new IllegalArgumentException(
          "kernel " + text + " is not modelled; modelled are " + modelled());
    }
    return version;
  }

  /** One phrase that names every version {@link #parse} accepts. */
  public static String modelled() {
    return FIRST
        + " to 5.19 and 6.0 to "
        + LAST
        + " with their release candidates, and "
        + RECORDED;
  }

  private boolean isModelled() {
    if (stable != 0) {
      return STABLE.contains(this);
    }
    boolean released = major == 5 ? minor >= 18 && minor <= 19 : major == 6 && minor <= LAST.minor;
    return released && (candidate == FINAL || (candidate >= 1 && candidate <= 8));
  }

  /** The mainline release that a stable one grew from; any other version itself. */
  public KernelVersion base() {
    return stable == 0 ? this : mainline(major, minor);
  }

  /** Whether this version's mainline part is {@code other} or newer; backports not counted. */
  public boolean isAtLeast(KernelVersion other) {
    return base().compareTo(other) >= 0;
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
