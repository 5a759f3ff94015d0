package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import org.dmsim.scenarios.corpus.Catalogue;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptParser;
import org.dmsim.scenarios.script.Similar;

/** Finds the script that a command line names. */
public final class Scripts {

  private Scripts() {}

  /**
   * Reads a built-in scenario or a file.
   *
   * @throws UsageError if there is neither
   * @throws org.dmsim.scenarios.script.ScriptError if it makes no sense
   */
  public static Script read(String nameOrFile) {
    return ScriptParser.parse(nameOrFile, text(nameOrFile));
  }

  /** The text of a built-in scenario or a file. */
  static String text(String nameOrFile) {
    try {
      return Catalogue.find(nameOrFile)
          .orElseThrow(
              () ->
                  new UsageError(
                      "no scenario and no file '"
                          + nameOrFile
                          + "'"
                          + Similar.hint(
                              nameOrFile,
                              Catalogue.names(),
                              "; 'dmsim list' shows the scenarios")));
    } catch (CharacterCodingException e) {
      throw new UsageError(nameOrFile + ": not a text in UTF-8; a script is a text file");
    } catch (IOException e) {
      throw new UsageError("cannot read " + nameOrFile + ": " + e.getMessage());
    }
  }
}
