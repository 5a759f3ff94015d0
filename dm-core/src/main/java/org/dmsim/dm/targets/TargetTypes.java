package org.dmsim.dm.targets;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.dmsim.version.KernelPolicies;

/**
 * The target types that there are: those of this module, and those that a user's own jar registers
 * with {@link ServiceLoader}.
 */
public final class TargetTypes {

  private final Map<String, TargetType> byName = new LinkedHashMap<>();

  /** Every type that is registered; of two with one name the first counts. */
  public static TargetTypes registered() {
    TargetTypes types = new TargetTypes();
    Found.TYPES.forEach(types::register);
    return types;
  }

  /** What {@link ServiceLoader} finds; once, as it reads jars, and a search makes many machines. */
  private static final class Found {
    private static final List<TargetType> TYPES =
        ServiceLoader.load(DmTarget.class, loader()).stream()
            .map(p -> TargetType.of(p.type(), p))
            .toList();

    /** The one that knows a user's own jars, if it knows this class too. */
    private static ClassLoader loader() {
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      try {
        return Class.forName(DmTarget.class.getName(), false, context) == DmTarget.class
            ? context
            : DmTarget.class.getClassLoader();
      } catch (ClassNotFoundException e) {
        return DmTarget.class.getClassLoader();
      }
    }
  }

  /** Adds one more; {@code dm_register_target}. False if the name is taken. */
  public boolean register(TargetType type) {
    return byName.putIfAbsent(type.name(), type) == null;
  }

  /**
   * The type of that name, or null; {@code dm_get_target_type}.
   *
   * @throws NotModelledException if the kernel has such a type and the model has not
   */
  public TargetType find(String name) {
    TargetType type = byName.get(name);
    if (type == null && KernelTargets.has(name)) {
      throw new NotModelledException(
          "the target '"
              + name
              + "' is not modelled; there are "
              + String.join(", ", byName.keySet().stream().sorted().toList()));
    }
    return type;
  }

  /** Names of types that the kernel has and the model has not, in order. */
  public List<String> missing() {
    return KernelTargets.names().stream().filter(n -> !isModelled(n)).sorted().toList();
  }

  /** Whether there is a type of that name. */
  public boolean isModelled(String name) {
    return byName.containsKey(name);
  }

  /**
   * All that are modelled, the one registered last first, as {@code dm_target_iterate} finds them.
   */
  public List<TargetType> all() {
    return new ArrayList<>(byName.values()).reversed();
  }

  /** What {@code dmsetup targets} shows: the kernel's own types, modelled or not, and these. */
  public List<String> versions(KernelPolicies kernel) {
    return KernelTargets.versions(byName, kernel);
  }
}
