package org.dmsim.scenarios.explain.bugs;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kernel's release, as far as it can be compared.
 *
 * @param major the 6 of 6.1.55
 * @param minor its 1
 * @param patch its 55; -1 where a distribution's number hides it
 * @param rc of a release candidate, 0 for none
 */
record Release(int major, int minor, int patch, int rc) implements Comparable<Release> {

  private static final Pattern FORM =
      Pattern.compile("^(\\d{1,3})\\.(\\d{1,3})(?:\\.(\\d{1,4}))?(?:-rc(\\d{1,2}))?(.*)$");

  /** Reads "6.6.0-rc1-g39956d2", "5.10.0-5-amd64", "6.1.55"; null where it cannot. */
  static Release of(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.find()) {
      return null;
    }
    int patch = m.group(3) == null ? 0 : Integer.parseInt(m.group(3));
    int rc = m.group(4) == null ? 0 : Integer.parseInt(m.group(4));
    boolean hidden = patch == 0 && rc == 0 && m.group(5).matches("[-.]\\d.*");
    return new Release(
        Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)), hidden ? -1 : patch, rc);
  }

  boolean sameSeries(Release other) {
    return major == other.major && minor == other.minor;
  }

  @Override
  public int compareTo(Release o) {
    if (major != o.major) {
      return Integer.compare(major, o.major);
    }
    if (minor != o.minor) {
      return Integer.compare(minor, o.minor);
    }
    if (patch > 0 || o.patch > 0) {
      return Integer.compare(patch, o.patch);
    }
    return Integer.compare(rc == 0 ? 99 : rc, o.rc == 0 ? 99 : o.rc);
  }
}
