package org.dmsim.scenarios.explain;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Logs that are cut, shuffled, doubled, mixed and spoilt at random: no fault of dmsim's, and no
 * function, lock or task in the answer that is not in the log.
 */
final class MutationTest {

  private static final List<String> NAMES =
      List.of("offender", "caller", "holder", "freed_by", "allocated_by", "wants", "holds");

  @Test
  void someHundredSpoiltLogs_areNeverMadeUp() {
    play(300, 1);
  }

  @Test
  @Tag("deep")
  void tenThousandSpoiltLogs_areNeverMadeUp() {
    play(10_000, 2);
  }

  private static void play(int times, long seed) {
    List<String> logs = Logs.all();
    Random random = new Random(seed);
    for (int i = 0; i < times; i++) {
      String log = logs.get(random.nextInt(logs.size()));
      int changes = 1 + random.nextInt(6);
      for (int c = 0; c < changes; c++) {
        log = changed(log, logs, random);
      }
      check(log, "seed " + seed + ", log " + i);
    }
  }

  private static String changed(String log, List<String> logs, Random random) {
    List<String> lines = new ArrayList<>(log.lines().toList());
    if (lines.isEmpty()) {
      return log;
    }
    int at = random.nextInt(lines.size());
    switch (random.nextInt(9)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.subList(at, Math.min(lines.size(), at + 1 + random.nextInt(20))).clear();
      case 2 -> lines.add(at, lines.get(random.nextInt(lines.size())));
      case 3 -> Collections.swap(lines, at, random.nextInt(lines.size()));
      case 4 ->
          lines.set(at, lines.get(at).substring(0, random.nextInt(lines.get(at).length() + 1)));
      case 5 -> lines.set(at, spoilt(lines.get(at), random));
      case 6 -> {
        List<String> other = logs.get(random.nextInt(logs.size())).lines().toList();
        for (int i = 0; i < other.size(); i++) {
          lines.add(Math.min(lines.size(), at + 2 * i), other.get(i));
        }
      }
      case 7 -> lines.subList(0, at).clear();
      default -> Collections.shuffle(lines.subList(at, Math.min(lines.size(), at + 12)), random);
    }
    return String.join("\n", lines);
  }

  private static String spoilt(String line, Random random) {
    StringBuilder b = new StringBuilder(line);
    for (int i = 0; i < 1 + random.nextInt(4) && !b.isEmpty(); i++) {
      b.setCharAt(
          random.nextInt(b.length()),
          (char) (random.nextInt(8) == 0 ? random.nextInt(0x3000) : ' ' + random.nextInt(95)));
    }
    return b.toString();
  }

  private static void check(String log, String which) {
    Explanation e = Logs.explain(log.getBytes(StandardCharsets.UTF_8));
    Logs.text(e);
    JsonObject all = JsonParser.parseString(JsonAnswer.of(e)).getAsJsonObject();
    for (JsonElement r : all.getAsJsonArray("reports")) {
      for (String key : NAMES) {
        JsonElement name = r.getAsJsonObject().get(key);
        assertTrue(
            name == null || log.contains(name.getAsString()),
            which + ": " + key + " " + name + " is not in\n" + log);
      }
    }
  }
}
