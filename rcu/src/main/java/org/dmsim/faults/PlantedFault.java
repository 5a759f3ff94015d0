package org.dmsim.faults;

import java.util.function.Consumer;
import java.util.function.Supplier;
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
 * @param threads makes the same on real threads; null if the fault lives in a machine only
 */
public record PlantedFault(
    String name,
    String what,
    UnaryOperator<Configuration> configuration,
    Consumer<Machine> faulty,
    Consumer<Machine> sound,
    Supplier<ThreadTrial> threads) {

  @Override
  public String toString() {
    return name;
  }
}
