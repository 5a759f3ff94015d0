package org.dmsim.scenarios.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dmsim.scenarios.door.OwnProcess;

/** What a system call costs a program behind the door, beside what strace makes of it. */
final class DoorBenchmark implements Benchmark {

  private static final String MACHINE =
      """
      disk ram0 64M
      create d0
      load d0 0 65536 linear 1:0 0
      resume d0
      """;

  /** Whole programs, measured by the shell that runs them behind the door; ms. */
  private static final String PROGRAMS =
      """
      export PATH=$PATH:/usr/sbin:/sbin
      best() {
        name=$1; shift; best=
        for i in 1 2 3 4 5; do
          begin=$(date +%s%N); "$@" >/dev/null 2>&1 || return; took=$(($(date +%s%N) - begin))
          [ -n "$best" ] && [ $took -ge $best ] || best=$took
        done
        printf '%s\\t%s\\n' $name $best
      }
      best dmsetup dmsetup ls
      vgcreate -s 1M vg /dev/ram0 >/dev/null 2>&1 || exit 0
      n=0
      lv() { n=$((n + 1)); lvcreate -y -l1 -n lv$n vg; }
      best lvcreate lv
      """;

  private static final long PATIENCE = 300;
  private static final int SCALE_OF_STRACE = 20;

  private final int scale;

  DoorBenchmark() {
    this(1);
  }

  /**
   * A benchmark.
   *
   * @param scale by which the numbers of calls are divided; only with 1 are programs measured
   */
  DoorBenchmark(int scale) {
    this.scale = scale;
  }

  @Override
  public String name() {
    return "door";
  }

  @Override
  public String shows() {
    return "what a system call costs a program behind the door, and beside strace";
  }

  @Override
  public Table measure() {
    try {
      Path folder = Files.createTempDirectory("dmsim-door");
      try {
        return measure(folder);
      } finally {
        try (Stream<Path> all = Files.walk(folder)) {
          all.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Table measure(Path folder) throws IOException {
    List<String> notes = new ArrayList<>();
    try (InputStream source = DoorBenchmark.class.getResourceAsStream("door.c")) {
      Files.copy(source, folder.resolve("door.c"));
    }
    Files.writeString(folder.resolve("m.dm"), MACHINE);
    Files.writeString(folder.resolve("programs.sh"), PROGRAMS);
    if (run(folder, notes, List.of("cc", "-O2", "-o", "door", "door.c")) == null) {
      return new Table(List.of(""), List.of(), List.of("a C compiler is needed: cc"));
    }
    String program = folder.resolve("door").toString();
    String much = Integer.toString(scale);
    Map<String, String> plain = run(folder, notes, List.of(program, much));
    String little = Integer.toString(scale * SCALE_OF_STRACE);
    Map<String, String> strace =
        run(folder, notes, List.of("strace", "-o", "/dev/null", program, little));
    Map<String, String> door = run(folder, notes, with(program, much, "/dev/mapper/d0"));
    Map<String, String> programs =
        scale == 1 ? run(folder, notes, with("sh", "programs.sh")) : null;
    List<List<String>> rows = new ArrayList<>();
    row(rows, "a call that is not stopped: getppid", "getppid", plain, strace, door);
    row(rows, "the same, looked at by its descriptor: read", "read", plain, strace, door);
    row(rows, "stopped and passed on: stat of a file", "stat", plain, strace, door);
    row(rows, "answered by the door: lseek of a device", "lseek", null, null, door);
    row(rows, "answered by the model: pread, 4 KiB", "pread", null, null, door);
    row(rows, "  with RWF_NOWAIT", "nowait", null, null, door);
    row(rows, "  pwrite, 4 KiB", "pwrite", null, null, door);
    row(rows, "dmsetup ls", "dmsetup", null, null, programs);
    row(rows, "lvcreate", "lvcreate", null, null, programs);
    notes.add(
        "ns, the best of 15 rounds; programs: the best of 5 runs, the shell's fork with them");
    return new Table(List.of("ns", "plain", "strace", "behind the door"), rows, notes);
  }

  private static void row(
      List<List<String>> rows,
      String what,
      String key,
      Map<String, String> plain,
      Map<String, String> strace,
      Map<String, String> door) {
    rows.add(List.of(what, cell(plain, key), cell(strace, key), cell(door, key)));
  }

  private static String cell(Map<String, String> from, String key) {
    return from == null ? "-" : from.getOrDefault(key, "-");
  }

  private static List<String> with(String... program) {
    List<String> words = new ArrayList<>(OwnProcess.words("with", "--fds=high", "m.dm"));
    if ("root".equals(System.getProperty("user.name"))) {
      words.add("--allow-root");
    }
    words.add("--");
    words.addAll(List.of(program));
    return words;
  }

  /** What a program printed, by name; null, and a note, if it did not end well. */
  private static Map<String, String> run(Path folder, List<String> notes, List<String> command) {
    try {
      Path errors = folder.resolve("errors");
      Process p =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectError(errors.toFile())
              .start();
      String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!p.waitFor(PATIENCE, TimeUnit.SECONDS) || p.exitValue() != 0) {
        p.destroyForcibly();
        String why = Files.readString(errors).lines().findFirst().orElse("it failed");
        notes.add(Path.of(command.getFirst()).getFileName() + ": " + why);
        return null;
      }
      Map<String, String> values = new HashMap<>();
      out.lines().map(l -> l.split("\t")).forEach(w -> values.put(w[0], w[1]));
      return values;
    } catch (IOException e) {
      notes.add("no " + command.getFirst() + " here");
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
