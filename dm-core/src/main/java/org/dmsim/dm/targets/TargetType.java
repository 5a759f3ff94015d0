package org.dmsim.dm.targets;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A registered target type: {@code struct target_type}.
 *
 * @param name by which a table line asks for it
 * @param version as {@code dmsetup targets} shows it
 * @param features what it can do
 * @param maker makes a target
 * @param hasDevices whether it overrides {@link DmTarget#iterateDevices}
 * @param hasEndIo whether it overrides {@link DmTarget#endIo}
 * @param hasMessages whether it overrides {@link DmTarget#message}
 */
public record TargetType(
    String name,
    String version,
    Set<TargetFeature> features,
    Supplier<? extends DmTarget> maker,
    boolean hasDevices,
    boolean hasEndIo,
    boolean hasMessages) {

  /** The type that a class declares itself to be. */
  public static TargetType of(
      Class<? extends DmTarget> target, Supplier<? extends DmTarget> maker) {
    DmTargetType declared = target.getAnnotation(DmTargetType.class);
    if (declared == null) {
      throw new IllegalArgumentException(
          target.getName() + " is registered as a target and has no @DmTargetType");
    }
    Set<TargetFeature> features = EnumSet.noneOf(TargetFeature.class);
    features.addAll(Arrays.asList(declared.features()));
    return new TargetType(
        declared.name(),
        declared.version(),
        Collections.unmodifiableSet(features),
        maker,
        overrides(target, "iterateDevices"),
        overrides(target, "endIo"),
        overrides(target, "message"));
  }

  private static boolean overrides(Class<?> target, String method) {
    for (Class<?> c = target; c != DmTarget.class; c = c.getSuperclass()) {
      for (var m : c.getDeclaredMethods()) {
        if (m.getName().equals(method)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether it understands REQ_NOWAIT; {@code dm_target_supports_nowait}. */
  public boolean supportsNowait() {
    return features.contains(TargetFeature.NOWAIT);
  }

  @Override
  public String toString() {
    return name;
  }
}
