package org.dmsim.scenarios.cli;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code --classpath=JARS}, anywhere before a {@code --}: jars and folders with targets of the
 * user's own, found as services.
 */
public final class OwnClasses {

  /** The option's name. */
  static final String OPTION = "--classpath";

  private OwnClasses() {}

  /**
   * Makes the classes that a command line names known to the calling thread, and to those that it
   * starts; lines to paste name them as well.
   *
   * @return the command line without the option
   * @throws UsageError where there is no such jar
   */
  public static String[] load(String... args) {
    List<String> rest = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--")) {
        rest.addAll(List.of(args).subList(i, args.length));
        break;
      } else if (args[i].startsWith(OPTION + "=")) {
        use(args[i].substring(OPTION.length() + 1));
      } else if (args[i].equals(OPTION)) {
        if (++i == args.length) {
          throw new UsageError(OPTION + " names no jar; write " + OPTION + "=my-targets.jar");
        }
        use(args[i]);
      } else {
        rest.add(args[i]);
      }
    }
    return rest.toArray(String[]::new);
  }

  private static void use(String path) {
    List<URL> places = new ArrayList<>();
    for (String place : path.split(File.pathSeparator)) {
      if (place.isEmpty() || !Files.exists(Path.of(place))) {
        throw new UsageError(OPTION + ": there is no '" + place + "'; give a jar or a folder");
      }
      try {
        places.add(Path.of(place).toUri().toURL());
      } catch (MalformedURLException e) {
        throw new UsageError(OPTION + ": '" + place + "' is no path");
      }
    }
    Thread self = Thread.currentThread();
    self.setContextClassLoader(
        new URLClassLoader(places.toArray(URL[]::new), self.getContextClassLoader()));
    String option = OPTION + "=" + path;
    System.setProperty(
        "dmsim.command",
        CommandName.get() + " " + (path.contains(" ") ? "'" + option + "'" : option));
  }
}
