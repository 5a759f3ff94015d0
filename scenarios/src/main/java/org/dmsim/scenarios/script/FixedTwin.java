package org.dmsim.scenarios.script;

import java.util.HashMap;
import java.util.Map;
import org.dmsim.scenarios.kernels.PolicyCatalogue;
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
   * mended, the twin is the same kernel without what brought it, its last {@code commit}.
   */
  public static Script of(Script script) {
    Header h = script.header();
    Map<Policy, Boolean> without = new HashMap<>(h.otherwise());
    without.values().removeIf(in -> in);
    KernelVersion kernel = h.kernel();
    if (isMended(script)) {
      kernel = KernelVersion.parse(script.labels("fixed").getFirst());
    } else {
      without.put(broughtBy(script), false);
    }
    return script.on(
        new Header(
            kernel,
            without,
            h.preemption(),
            h.cpus(),
            h.seed(),
            h.clock(),
            h.checks(),
            h.prefer(),
            h.parameters()));
  }

  private static Policy broughtBy(Script script) {
    String line = script.labels("commit").getLast();
    String commit = line.substring(0, line.indexOf(' '));
    return PolicyCatalogue.all().stream()
        .filter(p -> p.fact().since() != null && p.fact().since().commit().equals(commit))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(script.name() + ": no policy of " + commit));
  }
}
