package org.dmsim.scenarios.junit;

import org.dmsim.explore.Program;
import org.dmsim.scenarios.museum.Museum;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** Programs by the names that the command line knows. */
final class Programs {

  private Programs() {}

  static Program named(String name) {
    boolean fixed = name.endsWith(":fixed");
    String bare = fixed ? name.substring(0, name.length() - ":fixed".length()) : name;
    return Museum.find(bare)
        .<Program>map(e -> machine -> e.stage(machine, fixed))
        .orElseThrow(
            () -> new ExtensionConfigurationException("@Explore: no scenario named " + name));
  }
}
