package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dmsim.scenarios.explore.SavedSearch;

/** The file in which a search that stops is kept. */
final class SearchFile {

  private static final int LONGEST_NAME = 60;

  private SearchFile() {}

  /**
   * How a search goes on.
   *
   * @param line to paste; or why there is none
   * @param possible whether it goes on
   */
  record Further(String line, boolean possible) {}

  /** A search that was to stop, and whose user keeps nothing of it. */
  static final Further NOT_ASKED =
      new Further("nothing is kept of it; with --save FILE it could go on from here", false);

  /**
   * Tries a file before the search begins, so that hours of it are not lost for a wrong name.
   *
   * @param resumed the file that the search goes on from, which may be written anew; or null
   * @throws UsageError if it cannot be written, or holds something already
   */
  static Path checked(Path file, Path resumed) {
    if (resumed != null && file.equals(resumed)) {
      if (!Files.isWritable(file.toAbsolutePath().getParent())) {
        throw new UsageError(
            "--resume: cannot write "
                + file
                + " anew in its folder; name another file with --save, where it may be written");
      }
      return file;
    }
    try {
      Files.createFile(file);
      Files.delete(file);
      return file;
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw new UsageError(
          "--save: " + file + " is there already; name another file, or go on: --resume " + file);
    } catch (IOException e) {
      throw new UsageError("--save: cannot write " + file + ": " + IoWords.of(e));
    }
  }

  /** Writes down how far a search came; to the user's state folder where {@code file} is null. */
  static Further write(SavedSearch search, Path file) {
    Path to = file == null ? inStateFolder(search) : file;
    try {
      if (file == null) {
        Files.createDirectories(to.getParent());
      }
      search.write(to);
    } catch (IOException e) {
      String why = IoWords.of(e);
      return new Further("cannot write " + to + ", so nothing goes on from here: " + why, false);
    }
    String goOn =
        CommandName.get()
            + " explore "
            + CommandName.quoted(search.search().name())
            + " --resume "
            + CommandName.quoted(to.toString());
    return new Further(goOn, true);
  }

  /** Its name tells one search from another, so that none is overwritten but by itself. */
  private static Path inStateFolder(SavedSearch search) {
    String state = System.getenv("XDG_STATE_HOME");
    Path folder =
        state == null || state.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".local", "state")
            : Path.of(state);
    String name = search.search().name().replaceAll("[^A-Za-z0-9._]+", "-").replaceAll("^-+", "");
    name = name.substring(0, Math.min(LONGEST_NAME, name.length()));
    String which = Integer.toUnsignedString(search.search().hashCode(), 36);
    return folder.resolve("dmsim").resolve(name + "-" + search.program() + "-" + which + ".search");
  }
}
