package org.dmsim.scenarios.door;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Another dmsim: a process of its own for each program that is let in, since the thread that starts
 * one keeps its filter for good.
 */
public final class OwnProcess {

  private OwnProcess() {}

  /** The words that start dmsim as this one was started. */
  public static List<String> words(String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(a -> a.startsWith("-X") || a.startsWith("-Dorg.slf4j"))
            .toList());
    words.add("--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED");
    words.add("--enable-native-access=ALL-UNNAMED");
    String path =
        Stream.of(System.getProperty("java.class.path").split(":"))
            .map(p -> Path.of(p).toAbsolutePath().toString())
            .reduce((a, b) -> a + ":" + b)
            .orElse("");
    words.addAll(List.of("-cp", path, "org.dmsim.scenarios.Dmsim"));
    words.addAll(List.of(arguments));
    return words;
  }
}
