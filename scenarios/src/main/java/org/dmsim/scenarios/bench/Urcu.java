package org.dmsim.scenarios.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/** Userspace RCU as a small C program, where a compiler and liburcu-dev are there. */
final class Urcu implements AutoCloseable {

  private final Path folder;
  private final boolean built;

  Urcu() {
    try {
      folder = Files.createTempDirectory("dmsim-urcu");
    } catch (IOException e) {
      throw new IllegalStateException("no folder for a temporary program", e);
    }
    built = build();
  }

  private boolean build() {
    try (InputStream source = Urcu.class.getResourceAsStream("urcu-memb.c")) {
      Files.copy(source, folder.resolve("memb.c"), StandardCopyOption.REPLACE_EXISTING);
      return run("cc", "-O2", "-pthread", "-o", "memb", "memb.c", "-lurcu-memb") != null;
    } catch (IOException e) {
      return false;
    }
  }

  /** Nanoseconds of a read section with so many threads; empty where it could not be built. */
  OptionalDouble section(int threads) {
    if (!built) {
      return OptionalDouble.empty();
    }
    String out = run(folder.resolve("memb").toString(), Integer.toString(threads));
    return out == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(out.trim()));
  }

  /** The output of a command that succeeds; null if it does not, or is not there. */
  private String run(String... command) {
    try {
      Process p =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return p.waitFor(60, TimeUnit.SECONDS) && p.exitValue() == 0 ? out : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  @Override
  public void close() {
    for (String name : new String[] {"memb.c", "memb", "."}) {
      try {
        Files.deleteIfExists(folder.resolve(name).normalize());
      } catch (IOException e) {
        return; // a temporary folder that stays behind is no reason to fail
      }
    }
  }
}
