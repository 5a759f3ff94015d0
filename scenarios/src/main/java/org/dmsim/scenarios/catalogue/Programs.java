package org.dmsim.scenarios.catalogue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dmsim.explore.ClassicPrograms;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Program;
import org.dmsim.machine.Configuration;
import org.dmsim.scenarios.corpus.Catalogue;
import org.dmsim.scenarios.futex.FutexScenarios;
import org.dmsim.scenarios.museum.Museum;
import org.dmsim.scenarios.run.ScriptProgram;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.scenarios.script.ScriptParser;
import org.dmsim.version.KernelPolicies;
import org.dmsim.version.KernelVersion;

/** Everything that can be explored, by name. */
public final class Programs {

  private static final String FIXED = ":fixed";

  private Programs() {}

  /**
   * One of them.
   *
   * @param name as it was asked for
   * @param program the program itself
   * @param configuration the machine that it asks for
   * @param script whether it is a script, and so runs the whole model
   * @param symptom part of the headline that a search of it is for; empty for any report
   * @param fixed the kernel that has a script's fix; empty if it names none
   * @param title what it shows, in a line; empty if nobody says
   */
  public record Named(
      String name,
      Program program,
      Configuration configuration,
      boolean script,
      String symptom,
      String fixed,
      String title) {

    Named(String name, Program program, Configuration configuration) {
      this(name, program, configuration, false, "", "", "");
    }

    /** The machine {@code c}, but with a CPU for every task. */
    public Configuration withEnoughCpus(Configuration c) {
      return c.withCpus(Explorer.cpusFor(program, c));
    }
  }

  /**
   * Finds an exhibit of the museum, a futex scenario (either with {@code :fixed} behind it for its
   * fixed twin), {@code back-off} (likewise), a classic program ({@code writers:5}), a built-in
   * script or a script file.
   *
   * @throws IllegalArgumentException if the size of a classic program makes no sense
   * @throws ScriptError if a script makes no sense
   * @throws IOException if a file cannot be read
   */
  public static Optional<Named> find(String name) throws IOException {
    boolean fixed = name.endsWith(FIXED);
    String bare = fixed ? name.substring(0, name.length() - FIXED.length()) : name;
    Optional<Named> staged =
        Museum.find(bare)
            .map(
                e ->
                    new Named(
                        name,
                        e.program(fixed),
                        e.configuration(fixed),
                        e.isScript(),
                        e.symptom(),
                        "",
                        e.plaque().shows()))
            .or(
                () ->
                    FutexScenarios.find(bare)
                        .map(f -> new Named(name, m -> f.stage(m, fixed), f.configuration())))
            .or(
                () ->
                    Optional.of(BackOff.NAME)
                        .filter(bare::equals)
                        .map(
                            n ->
                                new Named(
                                    name, m -> BackOff.stage(m, fixed), BackOff.configuration())));
    if (staged.isPresent() || fixed) {
      return staged;
    }
    Optional<Named> classic = classic(name);
    return classic.isPresent() ? classic : Catalogue.find(name).map(text -> script(name, text));
  }

  /** The kernel that a program runs on, in words: a lesson runs on none. */
  public static String kernelWords(String name, KernelVersion kernel) {
    boolean fixed = name.endsWith(FIXED);
    String bare = fixed ? name.substring(0, name.length() - FIXED.length()) : name;
    return Museum.find(bare)
        .map(
            e ->
                e.plaque().affected().isEmpty()
                    ? "a lesson"
                    : "kernel " + new KernelPolicies(kernel, e.configuration(fixed).otherwise()))
        .orElse("kernel " + kernel);
  }

  /** Whether a program has a twin with {@code :fixed} behind its name. */
  public static boolean hasFixedTwin(String name) {
    return Museum.find(name).isPresent()
        || FutexScenarios.find(name).isPresent()
        || name.equals(BackOff.NAME);
  }

  /**
   * The same program without its bug: the twin of an exhibit, or a script on the kernel that has
   * the fix. Nothing where it is that already, or where nobody says what mends it.
   *
   * @throws IOException if a file cannot be read
   */
  public static Optional<Named> fixedTwin(Named program) throws IOException {
    String name = program.name();
    if (hasFixedTwin(name)) {
      return find(name + FIXED);
    }
    return program.fixed().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Named(
                name,
                program.program(),
                program
                    .configuration()
                    .on(KernelVersion.parse(program.fixed()), program.configuration().preemption()),
                true,
                "",
                "",
                program.title()));
  }

  /** Every name, without sizes and twins. */
  public static List<String> names() {
    List<String> names = new ArrayList<>();
    Museum.exhibits().forEach(e -> names.add(e.plaque().name()));
    FutexScenarios.all().forEach(f -> names.add(f.name()));
    names.add(BackOff.NAME);
    ClassicPrograms.all().forEach(c -> names.add(c.key()));
    Catalogue.names().stream().filter(n -> !names.contains(n)).forEach(names::add);
    return names;
  }

  /**
   * A script, by its text.
   *
   * @param name by which tokens know it
   * @throws ScriptError if it makes no sense
   */
  public static Named script(String name, String text) {
    var script = ScriptParser.parse(name, text);
    return new Named(
        name,
        new ScriptProgram(script),
        script.header().configuration().withMaxSteps(ScriptProgram.MAX_STEPS),
        true,
        script.labels("symptom").stream().findFirst().orElse(""),
        script.labels("fixed").stream().findFirst().orElse(""),
        script.title());
  }

  private static Optional<Named> classic(String name) {
    int colon = name.indexOf(':');
    String key = colon < 0 ? name : name.substring(0, colon);
    return ClassicPrograms.all().stream()
        .filter(p -> p.key().equals(key))
        .findFirst()
        .map(p -> p.ofSize(colon < 0 ? p.size() : size(name, key, name.substring(colon + 1))))
        .map(p -> new Named(name, p, Configuration.standard()));
  }

  private static int size(String name, String key, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + name + "': the size is a number; write " + key + ":5", e);
    }
  }
}
