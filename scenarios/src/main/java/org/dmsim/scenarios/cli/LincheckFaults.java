package org.dmsim.scenarios.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dmsim.faults.PlantedFault;
import org.dmsim.faults.hunt.LincheckHunt;
import org.dmsim.faults.hunt.LincheckHunt.Way;
import org.dmsim.faults.hunt.PlantedFaults;

/**
 * Planted faults that live on real threads, looked for with Lincheck in a JVM of its own: it
 * rewrites the classes that it checks, and asks for options that nothing else needs.
 */
final class LincheckFaults implements AutoCloseable {

  /** What Lincheck asks for. */
  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+EnableDynamicAgentLoading",
          "--sun-misc-unsafe-memory-access=allow",
          "--enable-native-access=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
          "--add-exports=java.base/jdk.internal.util=ALL-UNNAMED");

  /**
   * What became of one fault.
   *
   * @param way how its program went wrong
   * @param invocations how often it was run until then
   * @param ms how long that took
   * @param what an operation threw, or a word
   * @param twin how its sound twin went wrong, which must not
   */
  record Found(Way way, int invocations, long ms, String what, Way twin) {

    boolean isPassed() {
      return (way == Way.RESULTS || way == Way.HUNG) && twin == Way.NOT;
    }
  }

  private final Process process;
  private final BufferedReader out;
  private final Map<String, Found> found = new HashMap<>();

  /** Starts to look for these. */
  LincheckFaults(List<PlantedFault> faults) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(LincheckFaults.class.getName());
    faults.stream().filter(f -> f.threads() != null).map(PlantedFault::name).forEach(command::add);
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      throw new IllegalStateException("a JVM for Lincheck cannot be started", e);
    }
    out = process.inputReader(StandardCharsets.UTF_8);
  }

  /** What became of a fault, waited for; null if it does not live on real threads. */
  Found of(PlantedFault fault) {
    if (fault.threads() == null) {
      return null;
    }
    try {
      for (String line; !found.containsKey(fault.name()) && (line = out.readLine()) != null; ) {
        String[] f = line.split("\t", -1);
        if (f.length == 6) {
          Way way = Way.valueOf(f[1]);
          int invocations = Integer.parseInt(f[2]);
          found.put(
              f[0], new Found(way, invocations, Long.parseLong(f[3]), f[4], Way.valueOf(f[5])));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("the JVM with Lincheck ended", e);
    }
    return found.getOrDefault(
        fault.name(), new Found(Way.UNKNOWN, 0, 0, "Lincheck did not run", Way.UNKNOWN));
  }

  @Override
  public void close() {
    process.destroy();
  }

  /** In the JVM of its own: looks for the faults of these names, a line each. */
  public static void main(String[] names) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Set<String> wanted = Set.of(names);
    for (PlantedFault f : PlantedFaults.all()) {
      if (wanted.contains(f.name())) {
        long begun = System.nanoTime();
        LincheckHunt.Result r = LincheckHunt.faulty(f);
        long ms = (System.nanoTime() - begun) / 1_000_000;
        Way twin = LincheckHunt.sound(f).way();
        out.println(
            String.join(
                "\t",
                f.name(),
                r.way().name(),
                Integer.toString(r.invocations()),
                Long.toString(ms),
                r.what(),
                twin.name()));
      }
    }
    System.exit(0); // threads that wait for ever may be left
  }
}
