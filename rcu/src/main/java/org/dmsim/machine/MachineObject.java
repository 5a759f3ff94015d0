package org.dmsim.machine;

/** What tasks share without anybody having made it: time, a CPU, the list of tasks. */
final class MachineObject extends Shared {

  /** Identity of the time; those of the CPUs follow it. */
  static final long TIME = 1L << 61;

  /** Identity of the context of the first CPU; those of the others follow it. */
  static final long CONTEXT = TIME + (1L << 32);

  private final String label;

  MachineObject(String label, long id) {
    super(id);
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }
}
