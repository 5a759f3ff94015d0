package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.scenarios.corpus.Catalogue;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptParser;
import org.dmsim.scenarios.script.Similar;

/** Finds the script that a command line names. */
public final class Scripts {

  private static final String STANDARD_INPUT = "-";
  private static final int LONGEST = 100;

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

  /**
   * What can be explored under a name.
   *
   * @throws UsageError if there is nothing
   * @throws org.dmsim.scenarios.script.ScriptError if it is a script that makes no sense
   */
  static Programs.Named program(String wanted) {
    try {
      if (wanted.equals(STANDARD_INPUT)) {
        return Programs.script(wanted, text(wanted));
      }
      return Programs.find(wanted)
          .orElseThrow(
              () ->
                  new UsageError(
                      "nothing to explore is called '"
                          + shortened(wanted)
                          + "'"
                          + Similar.hint(
                              wanted,
                              Programs.names(),
                              "; write an exhibit of the museum, a futex scenario, a script, or"
                                  + " writers:5, readers:8, increments:4, lastzero:10, sb")));
    } catch (CharacterCodingException e) {
      throw new UsageError(wanted + ": not a text in UTF-8; a script is a text file");
    } catch (IOException e) {
      throw new UsageError("cannot read " + wanted + ": " + IoWords.of(e));
    } catch (IllegalArgumentException e) {
      throw new UsageError(e.getMessage());
    }
  }

  /** A name in a message; nobody reads five thousand characters. */
  static String shortened(String name) {
    return name.length() <= LONGEST ? name : name.substring(0, LONGEST) + "...";
  }

  /** A file as the user names it, or standard input for {@code -}. */
  static String textOfFile(String name, String what) {
    try {
      return name.equals(STANDARD_INPUT) ? standardInput() : Files.readString(Path.of(name));
    } catch (CharacterCodingException e) {
      throw new UsageError(name + ": not a text in UTF-8");
    } catch (NoSuchFileException e) {
      throw new UsageError("no file '" + shortened(name) + "'; " + what);
    } catch (InvalidPathException | IOException e) {
      throw new UsageError(
          "cannot read "
              + shortened(name)
              + ": "
              + (e instanceof IOException io ? IoWords.of(io) : e.getMessage()));
    }
  }

  private static String standardInput() throws IOException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(System.in.readAllBytes()))
        .toString();
  }

  /** The text of a built-in scenario or a file. */
  static String text(String nameOrFile) {
    try {
      if (nameOrFile.equals(STANDARD_INPUT)) {
        return standardInput();
      }
      return Catalogue.find(nameOrFile)
          .orElseThrow(
              () ->
                  new UsageError(
                      "no scenario and no file '"
                          + shortened(nameOrFile)
                          + "'"
                          + Similar.hint(
                              nameOrFile,
                              Catalogue.names(),
                              "; 'dmsim list' shows the scenarios")));
    } catch (CharacterCodingException e) {
      throw new UsageError(nameOrFile + ": not a text in UTF-8; a script is a text file");
    } catch (IOException e) {
      throw new UsageError("cannot read " + shortened(nameOrFile) + ": " + IoWords.of(e));
    }
  }
}
