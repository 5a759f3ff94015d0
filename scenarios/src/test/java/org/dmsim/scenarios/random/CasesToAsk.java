package org.dmsim.scenarios.random;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Puts random cases to a real kernel, by way of files: {@code write FROM COUNT} prints the cases of
 * these seeds as the recorder reads them, {@code read KERNEL ANSWERS} turns what the recorder
 * printed into a file for {@code dmsim conform}.
 */
public final class CasesToAsk {

  /** What the machine under the kernel says of itself, in the middle of a case. */
  private static final Pattern OF_THE_MACHINE =
      Pattern.compile("^  log: (clocksource|hrtimer|perf|rcu|workqueue|sched_clock|tsc|TSC)\\b");

  private CasesToAsk() {}

  /** See the class. */
  public static void main(String[] args) throws IOException {
    if (args.length == 3 && args[0].equals("write")) {
      long from = Long.parseLong(args[1]);
      for (long seed = from; seed < from + Long.parseLong(args[2]); seed++) {
        System.out.println("case random/" + seed);
        RandomCase.of(seed).forEach(System.out::println);
      }
    } else if (args.length == 3 && args[0].equals("read")) {
      recorded(args[1], Files.readAllLines(Path.of(args[2]))).forEach(System.out::println);
    } else {
      System.err.println("write FROM COUNT, or read KERNEL ANSWERS");
    }
  }

  /** The cases of what the recorder printed; the last one only if it came to its end. */
  private static List<JsonObject> recorded(String kernel, List<String> printed) {
    List<JsonObject> cases = new ArrayList<>();
    JsonObject open = null;
    JsonArray steps = null;
    JsonArray out = null;
    for (String line : printed) {
      if (line.startsWith("== ")) {
        if (open != null && !open.get("id").getAsString().equals("done")) {
          cases.add(open);
        }
        open = new JsonObject();
        open.addProperty("id", line.substring(3));
        open.addProperty("kernel", kernel);
        steps = new JsonArray();
        open.add("steps", steps);
      } else if (open != null && line.startsWith("> ")) {
        JsonObject step = new JsonObject();
        step.addProperty("do", line.substring(2));
        out = new JsonArray();
        step.add("out", out);
        steps.add(step);
      } else if (out != null && line.startsWith("  ") && !OF_THE_MACHINE.matcher(line).find()) {
        out.add(line.strip());
      }
    }
    return cases;
  }
}
