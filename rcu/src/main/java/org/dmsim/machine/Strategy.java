package org.dmsim.machine;

/** Who decides, wherever a run could go on in more than one way. Knows tasks and accesses only. */
public interface Strategy {

  /**
   * A run begins.
   *
   * @return false if no further run is wanted
   */
  boolean begin(Machine machine);

  /**
   * Who makes the next step. Asked at every scheduling point, also where only one task could go on.
   *
   * @param choice the tasks that could; at least one
   * @return one of them, or null to give up this run
   */
  Task next(Choice choice);

  /**
   * Whether {@link #next} always answers {@link Choice#byDefault}; it need not be asked then where
   * that is plain.
   */
  default boolean isAlwaysDefault() {
    return false;
  }

  /**
   * A choice of data, such as which allocation fails.
   *
   * @return 0 to {@code bound} - 1
   */
  int nextInt(int bound);
}
