package org.dmsim.machine;

/** What tasks share without anybody having made it: time, a CPU. */
final class MachineObject extends Shared {

  private final String label;

  /** The only one of its name. */
  MachineObject(String name) {
    super(null, name, 0);
    label = name;
  }

  /** That of a CPU. */
  MachineObject(String name, Cpu cpu) {
    super(null, name, cpu.number());
    label = name.isEmpty() ? cpu.toString() : name + " of " + cpu;
  }

  @Override
  public String label() {
    return label;
  }
}
