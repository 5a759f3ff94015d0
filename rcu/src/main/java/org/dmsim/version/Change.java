package org.dmsim.version;

import java.util.Set;

/**
 * A commit that changed behaviour: what a policy is chosen by.
 *
 * @param commit the commit's first twelve digits
 * @param subject its subject line
 * @param since the first mainline version that has it
 * @param backports stable versions, modelled here, that have it although their base has not
 */
public record Change(
    String commit, String subject, KernelVersion since, Set<KernelVersion> backports) {

  /** A change that no modelled stable version took over. */
  public Change(String commit, String subject, KernelVersion since) {
    this(commit, subject, since, Set.of());
  }

  /** Whether {@code version} has this commit. */
  public boolean isIn(KernelVersion version) {
    return version.isAtLeast(since) || backports.contains(version);
  }
}
