package org.dmsim.faults;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;

/**
 * One fault, and how it is looked for.
 *
 * @param name by which the table and the tests know it: {@code srcu/one-scan}
 * @param what is wrong; completes the name of the part as in "SRCU that"
 * @param configuration what the machine must be like for it to show
 * @param faulty sets up the program with the fault; some schedule of it must be found wrong
 * @param sound sets up the same program without; no schedule of it may be
 * @param threads the same with the fault on real threads; null if it lives in a machine only
 * @param soundThreads the same without; null as well
 */
public record PlantedFault(
    String name,
    String what,
    UnaryOperator<Configuration> configuration,
    Consumer<Machine> faulty,
    Consumer<Machine> sound,
    ThreadProgram threads,
    ThreadProgram soundThreads) {

  /** A fault on real threads too, where these programs show it. */
  public PlantedFault onThreads(ThreadProgram faulty, ThreadProgram sound) {
    return new PlantedFault(name, what, configuration, this.faulty, this.sound, faulty, sound);
  }

  /** The name of a part and of one of its faults: {@code srcu/one-scan}. */
  public static String name(String part, Enum<?> f) {
    return part + "/" + f.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public String toString() {
    return name;
  }
}
