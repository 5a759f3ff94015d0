package org.dmsim.scenarios.museum;

import java.util.Locale;
import org.dmsim.explore.Program;
import org.dmsim.machine.Configuration;
import org.dmsim.scenarios.run.ScriptProgram;
import org.dmsim.scenarios.script.FixedTwin;
import org.dmsim.scenarios.script.Script;

/**
 * A bug of a kernel as a script: run on a kernel that had it, and on one that has the fix. Its head
 * lines make its plaque.
 */
public final class ScriptExhibit implements Exhibit {

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
            FixedTwin.isMended(script),
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
    Script twin = fixed ? FixedTwin.of(script) : script;
    return twin.header().configuration().withMaxSteps(ScriptProgram.MAX_STEPS);
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
