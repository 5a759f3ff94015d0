package org.dmsim.scenarios.script;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.ImpossibleMachineException;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.scenarios.kernels.PolicyCatalogue;
import org.dmsim.version.KernelVersion;
import org.dmsim.version.Policy;

/** Reads the lines {@code kernel}, {@code prefer} and {@code param}. */
final class HeaderParser {

  static final List<String> WORDS = List.of("kernel", "prefer", "param");

  private static final List<String> OPTIONS =
      List.of("preempt", "cpus", "seed", "clock", "checks", "with", "without");

  /** Module parameters that the model has. */
  private static final List<String> PARAMETERS = List.of("dm_mod.reserved_bio_based_ios");

  private KernelVersion kernel;
  private final Map<Policy, Boolean> otherwise = new LinkedHashMap<>();
  private PreemptionModel preemption;
  private int cpus;
  private Long seed;
  private Configuration.ClockMode clock;
  private boolean checks = true;
  private Place kernelPlace;
  private Place preemptionPlace;
  private final List<Word> prefer = new ArrayList<>();
  private final Map<String, Long> parameters = new LinkedHashMap<>();

  void line(List<Word> words) {
    switch (words.getFirst().text()) {
      case "kernel" -> kernel(words);
      case "prefer" -> prefer(words);
      default -> param(words);
    }
  }

  private void kernel(List<Word> words) {
    readKernel(words);
    try {
      Configuration.standard().on(kernel, preemption);
    } catch (ImpossibleMachineException e) {
      throw new ScriptError(preemptionPlace, e.getMessage());
    }
  }

  private void readKernel(List<Word> words) {
    if (kernelPlace != null) {
      throw new ScriptError(
          words.getFirst().place(),
          "a second kernel line; the first is line " + kernelPlace.line());
    }
    kernelPlace = words.getFirst().place();
    for (Word w : words.subList(1, words.size())) {
      int eq = w.text().indexOf('=');
      if (eq < 0) {
        kernel = version(w);
        continue;
      }
      String key = w.text().substring(0, eq);
      Word value =
          new Word(
              w.text().substring(eq + 1),
              new Place(w.place().file(), w.place().line(), w.place().column() + eq + 1),
              w.start() + eq + 1);
      switch (key) {
        case "preempt" -> {
          preemption = preemption(value);
          preemptionPlace = value.place();
        }
        case "cpus" -> {
          long n = Numbers.number(value, "cpus");
          if (n < 1 || n > 64) {
            throw new ScriptError(
                value.place(), "cpus=" + value.text() + " is out of range; write 1 to 64");
          }
          cpus = (int) n;
        }
        case "seed" -> seed = Numbers.number(value, "seed");
        case "clock" ->
            clock =
                switch (value.text()) {
                  case "idle" -> Configuration.ClockMode.WHEN_IDLE;
                  case "any" -> Configuration.ClockMode.ANY_TIME;
                  default -> throw Numbers.wrong(value, "clock", "idle or any");
                };
        case "checks" ->
            checks =
                switch (value.text()) {
                  case "on" -> true;
                  case "off" -> false;
                  default -> throw Numbers.wrong(value, "checks", "on or off");
                };
        case "with" -> otherwise(value, true);
        case "without" -> otherwise(value, false);
        default ->
            throw new ScriptError(
                w.place(),
                "unknown option '"
                    + key
                    + "'"
                    + Similar.hint(
                        key,
                        OPTIONS,
                        "; write: kernel VERSION preempt=M cpus=N seed=N clock=C checks=off"));
      }
    }
  }

  /** Policies by name, with commas between them: {@code with=rcu-for-nowait,flags-copied}. */
  private void otherwise(Word names, boolean on) {
    for (String name : names.text().split(",", -1)) {
      Policy policy =
          PolicyCatalogue.find(name)
              .orElseThrow(
                  () ->
                      new ScriptError(
                          names.place(),
                          "unknown policy '"
                              + name
                              + "'"
                              + Similar.hint(name, PolicyCatalogue.ids(), "; all: dmsim kernels")));
      otherwise.put(policy, on);
    }
  }

  static KernelVersion version(Word w) {
    try {
      return KernelVersion.parse(w.text());
    } catch (IllegalArgumentException e) {
      throw new ScriptError(w.place(), e.getMessage());
    }
  }

  static PreemptionModel preemption(Word w) {
    try {
      return PreemptionModel.parse(w.text());
    } catch (IllegalArgumentException e) {
      throw new ScriptError(w.place(), e.getMessage());
    }
  }

  private void prefer(List<Word> words) {
    if (words.size() == 1) {
      throw new ScriptError(
          words.getFirst().place(), "prefer needs the names of tasks; write: prefer NAME ...");
    }
    prefer.addAll(words.subList(1, words.size()));
  }

  private void param(List<Word> words) {
    for (Word w : words.subList(1, words.size())) {
      int eq = w.text().indexOf('=');
      String name = eq < 0 ? w.text() : w.text().substring(0, eq);
      if (!PARAMETERS.contains(name)) {
        throw new ScriptError(
            w.place(),
            "unknown module parameter '"
                + name
                + "'"
                + Similar.hint(name, PARAMETERS, "; modelled: " + String.join(", ", PARAMETERS)));
      }
      if (eq < 0) {
        throw new ScriptError(w.place(), name + " needs a value; write: param " + name + "=NUMBER");
      }
      Word value = new Word(w.text().substring(eq + 1), w.place(), w.start());
      parameters.put(name, Numbers.number(value, name));
    }
  }

  /** Holds the names behind {@code prefer} against the tasks that there are. */
  void checkPreferred(Collection<String> tasks) {
    for (Word w : prefer) {
      if (!tasks.contains(w.text())) {
        throw new ScriptError(
            w.place(),
            "no task is named '"
                + w.text()
                + "'"
                + Similar.hint(w.text(), tasks, "; tasks: " + String.join(", ", tasks)));
      }
    }
  }

  Header header() {
    return new Header(
        kernel,
        otherwise,
        preemption,
        cpus,
        seed,
        clock,
        checks,
        prefer.stream().map(Word::text).toList(),
        parameters);
  }
}
