package org.dmsim.dm.targets;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmsim.version.KernelPolicies;
import org.dmsim.version.Policy;

/**
 * The target types that Linux 6.1 has, modelled or not, in the order in which it registers them:
 * what its list of versions showed with every target built in.
 */
final class KernelTargets {

  /** A type with its version, as {@code dmsetup targets} shows it. */
  private record Listed(String name, String version) {}

  /** A version that came with a policy; of two the later one counts. */
  private record Raised(String name, Policy with, String version) {}

  private static final List<Raised> RAISED =
      List.of(
          new Raised("zero", TargetPolicy.ZERO_DISCARDS, "1.2.0"),
          new Raised("error", TargetPolicy.ERROR_DISCARDS, "1.6.0"),
          new Raised("error", TargetPolicy.ERROR_HOLDS_DEVICE, "1.7.0"),
          new Raised("delay", TargetPolicy.DELAY_THREAD, "1.4.0"));

  private static final List<Listed> ALL =
      List.of(
          new Listed("error", "1.5.0"),
          new Listed("linear", "1.4.0"),
          new Listed("striped", "1.6.0"),
          new Listed("unstriped", "1.1.0"),
          new Listed("crypt", "1.24.0"),
          new Listed("delay", "1.3.0"),
          new Listed("dust", "1.0.0"),
          new Listed("flakey", "1.5.0"),
          new Listed("multipath", "1.14.0"),
          new Listed("switch", "1.1.0"),
          new Listed("snapshot", "1.16.0"),
          new Listed("snapshot-origin", "1.9.0"),
          new Listed("snapshot-merge", "1.5.0"),
          new Listed("mirror", "1.14.0"),
          new Listed("zero", "1.1.0"),
          new Listed("raid", "1.15.1"),
          new Listed("thin", "1.22.0"),
          new Listed("thin-pool", "1.22.0"),
          new Listed("verity", "1.9.0"),
          new Listed("cache", "2.3.0"),
          new Listed("era", "1.0.0"),
          new Listed("clone", "1.0.0"),
          new Listed("log-writes", "1.1.0"),
          new Listed("integrity", "1.10.0"),
          new Listed("writecache", "1.6.0"));

  /** Further types that the kernel has, and the one whose list it is was built without. */
  private static final List<String> NOT_BUILT = List.of("ebs", "zoned", "vdo");

  private static final Set<String> NAMES =
      Stream.concat(ALL.stream().map(Listed::name), NOT_BUILT.stream())
          .collect(Collectors.toUnmodifiableSet());

  private KernelTargets() {}

  /** Whether the kernel has a type of that name. */
  static boolean has(String name) {
    return NAMES.contains(name);
  }

  /** The names of all types. */
  static Set<String> names() {
    return NAMES;
  }

  /** Name and version of each, the one registered last first; types that users bring are last. */
  static List<String> versions(Map<String, TargetType> registered, KernelPolicies kernel) {
    List<String> lines = new ArrayList<>();
    Set<String> listed = new HashSet<>();
    for (Listed l : ALL) {
      TargetType ours = registered.get(l.name);
      lines.add(l.name + " " + version(l.name, ours == null ? l.version : ours.version(), kernel));
      listed.add(l.name);
    }
    for (TargetType type : registered.values()) {
      if (listed.add(type.name())) {
        lines.add(type.name() + " " + type.version());
      }
    }
    return lines.reversed();
  }

  private static String version(String name, String before, KernelPolicies kernel) {
    String version = before;
    for (Raised r : RAISED) {
      version = r.name.equals(name) && kernel.has(r.with) ? r.version : version;
    }
    return version;
  }
}
