package org.dmsim.dm.targets;

import org.dmsim.machine.Task;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The device mapper's lines in the kernel log: {@code DMERR}, {@code DMWARN}, {@code DMINFO}. */
public final class DmLog {

  private static final Logger OUTSIDE = LoggerFactory.getLogger(DmLog.class);

  private DmLog() {}

  /**
   * One line.
   *
   * @param prefix {@code DM_MSG_PREFIX} of the source file: {@code table}, {@code ioctl}, a
   *     target's name
   */
  public static void say(String prefix, String text) {
    print("device-mapper: " + prefix + ": " + text);
  }

  /** One line as it is. */
  public static void print(String line) {
    Task task = Task.current();
    if (task == null) {
      OUTSIDE.info("{}", line);
    } else {
      task.machine().printk(line);
    }
  }
}
