package org.dmsim.faults;

import java.util.function.Consumer;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MemoryModel;
import org.dmsim.machine.PreemptionModel;

/**
 * A barrier that was left out on purpose, or an access without the order that it needs.
 *
 * @param name by which tables and tests know it: {@code rcu/plain-assign}
 * @param what is wrong, as half a sentence
 * @param shownBy the strongest memory model under which it shows; SC where none of those that a
 *     machine can have shows it
 * @param preemption the machine's
 * @param program sets up the program with the fault
 */
public record MemoryFault(
    String name,
    String what,
    MemoryModel shownBy,
    PreemptionModel preemption,
    Consumer<Machine> program) {

  /** Whether some schedule of it must be found wrong under a memory model. */
  public boolean shows(MemoryModel memory) {
    return shownBy.isWeak() && memory.compareTo(shownBy) >= 0;
  }
}
