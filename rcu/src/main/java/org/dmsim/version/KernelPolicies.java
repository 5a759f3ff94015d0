package org.dmsim.version;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one kernel does: all that its version does, but where it was told to do otherwise. Code on a
 * hot path asks once and keeps the answer.
 *
 * @param version whose behaviour it is
 * @param otherwise policies that it has although its version has not, or the other way round
 */
public record KernelPolicies(KernelVersion version, Map<Policy, Boolean> otherwise) {

  /** Copies the map. */
  public KernelPolicies {
    otherwise = Map.copyOf(otherwise);
  }

  /** What a version does. */
  public static KernelPolicies of(KernelVersion version) {
    return new KernelPolicies(version, Map.of());
  }

  /** Whether this kernel has a policy. */
  public boolean has(Policy policy) {
    Boolean told = otherwise.isEmpty() ? null : otherwise.get(policy);
    return told == null ? policy.fact().isIn(version) : told;
  }

  /** {@code 6.12.117 with rcu-for-nowait}. */
  @Override
  public String toString() {
    return version + words(true, " with ") + words(false, " without ");
  }

  private String words(boolean on, String before) {
    String all =
        otherwise.entrySet().stream()
            .filter(e -> e.getValue() == on)
            .map(e -> e.getKey().id())
            .sorted()
            .collect(Collectors.joining(","));
    return all.isEmpty() ? "" : before + all;
  }
}
