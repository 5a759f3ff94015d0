package org.dmsim.scenarios.door;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * LVM2's own test suite, {@code test/shell/*.sh} of its sources, against the LVM2 that is
 * installed. It is laid out as {@code make install} in its test folder does, without building LVM2:
 * its helper scripts lose their {@code .sh}, its one helper in C is compiled, and each command of
 * LVM2's is a link to its wrapper.
 */
public final class LvmSuite implements Suite {

  private static final int SKIPPED = 200;

  /** How a script asks for so many devices of so many megabytes each. */
  private static final Pattern DEVICES =
      Pattern.compile("prepare_(?:vg|pvs|devs)[ \\t]*(\\S*)[ \\t]*(\\S*)");

  private static final int SMALL = 40;
  private static final int LARGE = 300;

  private static final String PATHS =
      """
      DM_UDEV_SYNCHRONISATION=
      LVMPOLLD_PIDFILE=/run/lvmpolld.pid
      DMEVENTD_PIDFILE=/run/dmeventd.pid
      for tool in THIN CACHE; do
        for what in CHECK DUMP REPAIR RESTORE; do
          name=LVM_TEST_${tool}_${what}_CMD
          eval "$name=\\${$name-}"
          export $name
        done
      done
      THIN= RAID= CACHE=
      export DM_UDEV_SYNCHRONISATION THIN RAID CACHE
      installed_testsuite=1
      export PATH=%s:$PATH
      """;

  private final Path folder;
  private final List<String> scripts;

  /**
   * Lays the suite out.
   *
   * @param source LVM2's unpacked sources
   * @param scratch an empty folder, which the caller deletes
   * @throws IOException if that is not LVM2's source, or something is missing; the message says
   *     what
   */
  public LvmSuite(Path source, Path scratch) throws IOException {
    Path test = source.resolve("test");
    if (!Files.isRegularFile(test.resolve("lib/inittest.sh"))) {
      throw new IOException(
          "no test/lib/inittest.sh in " + source + ": unpack LVM2's sources (apt-get source lvm2)");
    }
    // The wrapper takes folders of that name off the PATH before it looks for the real lvm.
    folder = Files.createDirectories(scratch.resolve("lvm2-testsuite"));
    Path lib = Files.createDirectories(folder.resolve("lib"));
    for (Path f : list(test.resolve("lib"))) {
      String name = f.getFileName().toString();
      if (name.endsWith(".sh")) {
        Path helper = Files.copy(f, lib.resolve(name.substring(0, name.length() - 3)));
        helper.toFile().setExecutable(true, false);
      } else if (name.equals("mke2fs.conf")) {
        Files.copy(f, lib.resolve(name));
      }
    }
    compile(test.resolve("lib/not.c"), lib.resolve("not"));
    for (String as : List.of("fail", "should", "invalid")) {
      Files.createSymbolicLink(lib.resolve(as), Path.of("not"));
    }
    for (String command : commands()) {
      Files.createSymbolicLink(lib.resolve(command), Path.of("lvm-wrapper"));
    }
    for (String version : List.of("VERSION", "VERSION_DM")) {
      String words = Files.readString(source.resolve(version)).strip();
      String name = version.equals("VERSION") ? "version-expected" : "dm-version-expected";
      Files.writeString(lib.resolve(name), words.split(" ")[0] + "\n");
    }
    Files.writeString(lib.resolve("paths"), PATHS.formatted(lib.toAbsolutePath()));
    Path shell = Files.createDirectories(folder.resolve("shell"));
    List<String> names = new ArrayList<>();
    for (Path f : list(test.resolve("shell"))) {
      String name = f.getFileName().toString();
      Files.copy(f, shell.resolve(name));
      if (name.endsWith(".sh")) {
        names.add(name.substring(0, name.length() - 3));
      }
    }
    scripts = List.copyOf(names);
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void compile(Path source, Path program) throws IOException {
    Process cc =
        new ProcessBuilder("cc", "-O", "-w", "-o", program.toString(), source.toString())
            .inheritIO()
            .start();
    try {
      if (cc.waitFor() != 0) {
        throw new IOException("cc could not compile " + source);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The commands of the LVM2 that is installed: links to lvm. */
  private static List<String> commands() throws IOException {
    List<String> names = new ArrayList<>(List.of("lvm"));
    for (Path place : List.of(Path.of("/usr/sbin"), Path.of("/sbin"), Path.of("/usr/bin"))) {
      if (!Files.exists(place.resolve("lvm"))) {
        continue;
      }
      try (Stream<Path> all = Files.list(place)) {
        for (Path p : all.filter(Files::isSymbolicLink).sorted().toList()) {
          if (Files.readSymbolicLink(p).endsWith("lvm")) {
            names.add(p.getFileName().toString());
          }
        }
      }
      return names;
    }
    throw new IOException("LVM2 is not installed (Debian: apt-get install lvm2)");
  }

  @Override
  public String name() {
    return "lvm2";
  }

  @Override
  public List<String> scripts() {
    return scripts;
  }

  /**
   * The disk is as large as the devices that the script asks for: each run fills it with zeroes.
   */
  @Override
  public String machine(String script) {
    return "disk ram0 " + megabytes(script) + "M\nlist\n";
  }

  private int megabytes(String script) {
    String text;
    try {
      text = Files.readString(folder.resolve("shell").resolve(script + ".sh"), ISO_8859_1);
    } catch (IOException e) {
      return LARGE;
    }
    int most = SMALL;
    for (Matcher m = DEVICES.matcher(text); m.find(); ) {
      String count = m.group(1).isEmpty() ? "3" : m.group(1);
      String size = number(m.group(2), text);
      if (!count.matches("[0-9]+")) {
        return LARGE;
      }
      most = Math.max(most, Integer.parseInt(count) * Integer.parseInt(size) + 6);
    }
    return most;
  }

  /** A number, or what a variable is first set to; else the suite's own, 34. */
  private static String number(String word, String text) {
    if (word.matches("[0-9]+")) {
      return word;
    }
    String name = word.replaceAll("[${}\"]", "");
    Matcher set = Pattern.compile("(?m)^" + Pattern.quote(name) + "=([0-9]+)$").matcher(text);
    return !name.isEmpty() && set.find() ? set.group(1) : "34";
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public List<String> command(String script) {
    return List.of("bash", "shell/" + script + ".sh");
  }

  @Override
  public Map<String, String> environment() {
    Map<String, String> env = new TreeMap<>();
    env.put("LVM_TEST_DEVDIR", "/dev");
    env.put("LVM_TEST_BACKING_DEVICE", "/dev/ram0");
    env.put("LVM_TEST_FLAVOUR", "ndev-vanilla");
    env.put("LVM_TEST_DIR", folder.getParent().toString());
    env.put("TMPDIR", folder.getParent().toString());
    env.put("PATH", "/usr/sbin:/sbin:/usr/bin:/bin");
    return env;
  }

  @Override
  public End outcome(int status, String log) {
    return status == 0 ? End.PASS : status == SKIPPED ? End.SKIP : End.FAIL;
  }
}
