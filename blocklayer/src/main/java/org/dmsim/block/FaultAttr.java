package org.dmsim.block;

import org.dmsim.machine.Task;

/**
 * When an injected fault strikes: {@code struct fault_attr}, 6.1, without its stack filters. Which
 * of several possible faults strikes is a choice of the machine's strategy.
 */
public final class FaultAttr {

  private int probability = 100;
  private int interval = 1;
  private int times = -1;
  private long space;
  private long count;

  /** One that strikes wherever it can. */
  public FaultAttr() {}

  /**
   * Says when faults strike.
   *
   * @param percent how likely a fault is where one could be, 0 to 100
   * @param every only each how-manieth occasion counts, from 1
   * @param atMost how many strike in all; -1 is no limit
   * @param spaceBytes bytes that pass before the first one
   */
  public void set(int percent, int every, int atMost, long spaceBytes) {
    probability = percent;
    interval = every;
    times = atMost;
    space = spaceBytes;
    count = 0;
  }

  /** Mirrors {@code should_fail}, 6.1. */
  public boolean shouldFail(long bytes) {
    if (times == 0) {
      return false;
    }
    if (space > bytes) {
      space -= bytes;
      return false;
    }
    if (interval > 1 && ++count % interval != 0) {
      return false;
    }
    Task t = Task.current();
    if (probability < 100 && (t == null || t.machine().chooseInt(100) >= probability)) {
      return false;
    }
    if (times > 0) {
      times--;
    }
    return true;
  }
}
