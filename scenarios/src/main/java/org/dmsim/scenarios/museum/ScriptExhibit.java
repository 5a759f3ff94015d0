package org.dmsim.scenarios.museum;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.dmsim.explore.Program;
import org.dmsim.machine.Configuration;
import org.dmsim.scenarios.kernels.PolicyCatalogue;
import org.dmsim.scenarios.run.ScriptProgram;
import org.dmsim.scenarios.script.Script;
import org.dmsim.version.KernelVersion;
import org.dmsim.version.Policy;

/**
 * A bug of a kernel as a script: run on a kernel that had it, and on one that has the fix. Its head
 * lines make its plaque.
 */
public final class ScriptExhibit implements Exhibit {

  /** Behind {@code fixed}: no kernel has the fix. */
  private static final String NEVER = "never";

  private final Script script;
  private final Plaque plaque;

  private ScriptExhibit(Script script) {
    this.script = script;
    String fix = script.labels("commit").getLast();
    this.plaque =
        new Plaque(
            script.name(),
            fix.substring(0, fix.indexOf(' ')),
            fix.substring(fix.indexOf(' ') + 1),
            !label("fixed").equals(NEVER),
            label("affected"),
            Rule.valueOf(label("rule").toUpperCase(Locale.ROOT).replace(' ', '_')),
            script.title().replaceAll("\\.$", ""),
            label("symptom"));
  }

  /** Whether a script says which rule it breaks. */
  static boolean isOne(Script script) {
    return !script.labels("rule").isEmpty();
  }

  /** The exhibit that a script is. */
  static ScriptExhibit of(Script script) {
    return new ScriptExhibit(script);
  }

  private String label(String key) {
    return script.labels(key).stream()
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException(script.name() + " has no line that begins " + key));
  }

  /** The script. */
  public Script script() {
    return script;
  }

  @Override
  public Plaque plaque() {
    return plaque;
  }

  @Override
  public Program program(boolean fixed) {
    return new ScriptProgram(script);
  }

  @Override
  public Configuration configuration(boolean fixed) {
    Configuration c = script.header().configuration().withMaxSteps(ScriptProgram.MAX_STEPS);
    return fixed ? withFix(c) : c;
  }

  /**
   * The kernel that has the fix: behind {@code fixed} stands its version. What a script puts into a
   * kernel is a bug that the kernel has not; what it leaves out, it leaves out of both. Of a bug
   * that no kernel has mended, the twin is the same kernel without what brought it.
   */
  private Configuration withFix(Configuration c) {
    Map<Policy, Boolean> without = new HashMap<>(c.otherwise());
    without.values().removeIf(in -> in);
    if (!plaque.mended()) {
      without.put(bug(), false);
      return c.withOtherwise(without);
    }
    return c.withKernel(KernelVersion.parse(label("fixed"))).withOtherwise(without);
  }

  private Policy bug() {
    return PolicyCatalogue.all().stream()
        .filter(p -> p.fact().since() != null)
        .filter(p -> p.fact().since().commit().equals(plaque.commit()))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException(script.name() + ": no policy of " + plaque.commit()));
  }

  @Override
  public boolean isScript() {
    return true;
  }

  @Override
  public String symptom() {
    return plaque.symptom();
  }
}
