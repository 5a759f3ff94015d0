package org.dmsim.scenarios.door;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** blktests, by its own {@code check}, with a ram disk as the device to test. */
public final class Blktests implements Suite {

  private final Path folder;

  /**
   * Copies it.
   *
   * @param source a checkout of blktests
   * @param scratch an empty folder, which the caller deletes
   * @throws IOException if that is not blktests; the message says so
   */
  public Blktests(Path source, Path scratch) throws IOException {
    if (!Files.isRegularFile(source.resolve("check"))) {
      throw new IOException(
          "no check in " + source + ": give a checkout of github.com/linux-blktests/blktests");
    }
    folder = scratch.resolve("blktests");
    try (Stream<Path> all = Files.walk(source)) {
      for (Path f : all.filter(f -> !f.startsWith(source.resolve(".git"))).toList()) {
        Files.copy(f, folder.resolve(source.relativize(f).toString()));
      }
    }
    Files.writeString(folder.resolve("config"), "TEST_DEVS=(/dev/ram0)\n");
  }

  @Override
  public String name() {
    return "blktests";
  }

  /** Those of device mapper. */
  @Override
  public List<String> scripts() {
    try (Stream<Path> all = Files.list(folder.resolve("tests/dm"))) {
      return all.map(f -> f.getFileName().toString())
          .filter(n -> n.matches("[0-9]+"))
          .sorted()
          .map(n -> "dm/" + n)
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  @Override
  public String machine(String script) {
    return "disk ram0 64M\nlist\n";
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public List<String> command(String script) {
    return List.of("bash", "./check", script);
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("PATH", "/usr/sbin:/sbin:/usr/bin:/bin");
  }

  /** {@code check} ends with 0 where a test was not run. */
  @Override
  public End outcome(int status, String log) {
    boolean passed = log.lines().anyMatch(l -> l.endsWith("[passed]"));
    return status != 0 ? End.FAIL : passed ? End.PASS : End.SKIP;
  }
}
