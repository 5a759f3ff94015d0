package org.dmsim.litmus.lkmm;

import java.util.Set;

/**
 * The memory model of a kernel. Each difference is a policy with the commit behind it.
 *
 * @param srcuByCookie whether an SRCU reader's end is found by the data flow of its cookie, and its
 *     counters are reads and writes (6cd244c87428, "tools/memory-model: Provide exact SRCU
 *     semantics"); else by nesting, as for RCU
 * @param dependenciesThroughPlain whether a dependency goes on through a variable that its thread
 *     writes and reads again ("tools/memory-model: Make plain accesses carry dependencies")
 * @param releaseSequence whether cumulative fences go on through read-modify-writes (the relation
 *     rmw-sequence)
 * @param nextHolderOnly whether smp_mb__after_unlock_lock orders by direct handing over of a lock
 *     (po-unlock-lock-po) instead of by the order of all its holders
 */
public record ModelVersion(
    String name,
    boolean srcuByCookie,
    boolean dependenciesThroughPlain,
    boolean releaseSequence,
    boolean nextHolderOnly) {

  /** What 6cd244c87428 and its companions added to the table of representations. */
  private static final Set<String> WITH_EXACT_SRCU =
      Set.of("smp_mb__after_srcu_read_unlock", "srcu_down_read", "srcu_up_read");

  /** Linux 6.1. */
  public static final ModelVersion V6_1 = new ModelVersion("6.1", false, false, false, false);

  /** Linux 6.12. */
  public static final ModelVersion V6_12 = new ModelVersion("6.12", true, true, true, true);

  /** The newest that is known. */
  public static final ModelVersion NEWEST = V6_12;

  /**
   * A version by its name: {@code 6.1}, {@code 6.12} or {@code newest}.
   *
   * @return null if there is none of that name
   */
  public static ModelVersion byName(String name) {
    return switch (name) {
      case "6.1" -> V6_1;
      case "6.12" -> V6_12;
      case "newest" -> NEWEST;
      default -> null;
    };
  }

  /** Whether the model of this kernel knows a primitive. */
  public boolean knows(String primitive) {
    return srcuByCookie || !WITH_EXACT_SRCU.contains(primitive);
  }
}
