package org.dmsim.scenarios.script;

import java.util.HashMap;
import java.util.Map;
import org.dmsim.scenarios.kernels.PolicyCatalogue;
import org.dmsim.version.Change;
import org.dmsim.version.KernelVersion;
import org.dmsim.version.Policy;

/** A script of a bug, on a machine that has the fix: the bug is the only difference. */
public final class FixedTwin {

  /** Behind {@code fixed}: no kernel has the fix. */
  private static final String NEVER = "never";

  private FixedTwin() {}

  /** Whether a kernel is named that has the fix. */
  public static boolean isMended(Script script) {
    return !script.labels("fixed").isEmpty() && !script.labels("fixed").contains(NEVER);
  }

  /**
   * The same script on the kernel behind {@code fixed}. What a script puts into a kernel is a bug
   * that the kernel has not; what it leaves out, it leaves out of both. Of a bug that no kernel has
   * mended, the twin is the same kernel without its last {@code commit}, which brought it; of one
   * that a kernel mended which is not modelled yet, the same kernel with it.
   */
  public static Script of(Script script) {
    Header h = script.header();
    Map<Policy, Boolean> without = new HashMap<>(h.otherwise());
    without.values().removeIf(in -> in);
    KernelVersion kernel = h.kernel();
    if (!isMended(script)) {
      decide(script, without, false);
    } else if (isModelled(script.labels("fixed").getFirst())) {
      kernel = KernelVersion.parse(script.labels("fixed").getFirst());
    } else {
      decide(script, without, true);
    }
    return script.on(h.on(kernel, without));
  }

  private static boolean isModelled(String kernel) {
    try {
      KernelVersion.parse(kernel);
      return true;
    } catch (IllegalArgumentException newer) {
      return false;
    }
  }

  /** Whether the kernel has the script's last commit, which brings a policy, or ends one. */
  private static void decide(Script script, Map<Policy, Boolean> otherwise, boolean has) {
    String line = script.labels("commit").getLast();
    String commit = line.substring(0, line.indexOf(' '));
    for (Policy p : PolicyCatalogue.all()) {
      boolean brought = isOf(p.fact().since(), commit);
      if (brought || isOf(p.fact().until(), commit)) {
        otherwise.put(p, brought == has);
        return;
      }
    }
    throw new IllegalStateException(script.name() + ": no policy of " + commit);
  }

  private static boolean isOf(Change change, String commit) {
    return change != null && change.commit().equals(commit);
  }
}
