package org.dmsim.version;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A commit that changed behaviour: what a policy is chosen by.
 *
 * @param commit the commit's first twelve digits
 * @param subject its subject line
 * @param since the first mainline version that has it
 * @param backports stable releases that have it although the mainline release that they grew from
 *     has not: one a series, the first that is known to; later ones of the series have it too
 * @param confirmed whether its release was read off a tag, a pull request or a stable release; else
 *     it was inferred
 */
public record Change(
    String commit,
    String subject,
    KernelVersion since,
    List<KernelVersion> backports,
    boolean confirmed) {

  /** Copies the list. */
  public Change {
    backports = List.copyOf(backports);
  }

  /** A change whose release was looked up. */
  public Change(String commit, String subject, KernelVersion since, List<KernelVersion> backports) {
    this(commit, subject, since, backports, true);
  }

  /** The same, of which nobody has looked up the release: {@code dmsim kernels} says so. */
  public Change unconfirmed() {
    return new Change(commit, subject, since, backports, false);
  }

  /** A change that no modelled stable version took over. */
  public Change(String commit, String subject, KernelVersion since) {
    this(commit, subject, since, List.of());
  }

  /**
   * A change with its versions as a person writes them.
   *
   * @param since the first mainline version that has it: {@code 6.6-rc2}; it may be one that is not
   *     modelled
   * @param backports stable versions, as {@code 6.1.192}
   */
  public static Change of(String commit, String subject, String since, String... backports) {
    return new Change(
        commit,
        subject,
        KernelVersion.read(since),
        Arrays.stream(backports).map(KernelVersion::read).toList());
  }

  /** Whether {@code version} has this commit. */
  public boolean isIn(KernelVersion version) {
    return version.isAtLeast(since) || isBackportedTo(version);
  }

  private boolean isBackportedTo(KernelVersion version) {
    for (KernelVersion b : backports) {
      if (b.isSameSeries(version) && version.stable() >= b.stable()) {
        return true;
      }
    }
    return false;
  }

  /** The versions that first had it, mainline's first: {@code 6.6-rc2, 6.1.192}. */
  public String versions() {
    return Stream.concat(Stream.of(since), backports.stream())
        .map(KernelVersion::toString)
        .collect(Collectors.joining(", "));
  }
}
