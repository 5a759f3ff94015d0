package org.dmsim.version;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The releases that this model knows, as data. */
final class Releases {

  /** A mainline release and the number of its release candidates. */
  private record Mainline(KernelVersion release, int candidates) {
    static Mainline read(String entry) {
      String[] words = entry.split(" ");
      return new Mainline(KernelVersion.read(words[0]), Integer.parseInt(words[1]));
    }

    KernelVersion lastCandidate() {
      return new KernelVersion(release.major(), release.minor(), 0, candidates);
    }
  }

  private static final List<Mainline> MAINLINE =
      Arrays.stream(
              ("5.4 8, 5.5 7, 5.6 7, 5.7 7, 5.8 7, 5.9 8, 5.10 7, 5.11 7, 5.12 8, 5.13 7, 5.14 7,"
                      + " 5.15 7, 5.16 8, 5.17 8, 5.18 7, 5.19 8, 6.0 7, 6.1 8, 6.2 8, 6.3 7,"
                      + " 6.4 7, 6.5 7, 6.6 7, 6.7 8, 6.8 7, 6.9 7, 6.10 7, 6.11 7, 6.12 7")
                  .split(", "))
          .map(Mainline::read)
          .toList();

  /** Stable releases whose backports of every change were looked up. */
  private static final List<KernelVersion> STABLE =
      List.of(KernelVersion.RECORDED, KernelVersion.RECORDED_6_12);

  private Releases() {}

  static boolean has(KernelVersion v) {
    if (v.stable() != 0) {
      return STABLE.contains(v);
    }
    return MAINLINE.stream()
        .anyMatch(
            m ->
                m.release.equals(v)
                    || (m.release.isSameSeries(v)
                        && v.candidate() >= 1
                        && v.candidate() <= m.candidates));
  }

  /** Mainline and stable releases, the oldest first; no candidates. */
  static List<KernelVersion> all() {
    return Stream.concat(MAINLINE.stream().map(Mainline::release), STABLE.stream())
        .sorted()
        .toList();
  }

  /** The known releases, candidates too, next below and next above one that is not known. */
  static List<KernelVersion> nearest(KernelVersion unknown) {
    TreeSet<KernelVersion> known = new TreeSet<>(all());
    MAINLINE.forEach(m -> known.add(m.lastCandidate()));
    KernelVersion below = known.lower(unknown);
    KernelVersion above = known.higher(unknown);
    if (above != null && !above.isSameSeries(unknown)) {
      above = KernelVersion.mainline(above.major(), above.minor());
    }
    return Stream.of(below, above).filter(v -> v != null).toList();
  }
}
