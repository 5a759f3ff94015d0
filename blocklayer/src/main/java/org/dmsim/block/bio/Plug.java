package org.dmsim.block.bio;

/**
 * {@code struct blk_plug}: what a task collects before it lets it go. Only disks that take requests
 * put anything in; the requests leave at the end of the plug, or when the task goes to sleep.
 */
public final class Plug {

  /** Requests held back. */
  public interface Held {
    /**
     * Lets them go; {@code blk_mq_flush_plug_list}.
     *
     * @param fromSchedule whether the task is about to sleep, so that a worker goes on with them
     */
    void flush(boolean fromSchedule);
  }

  private boolean active;
  private Held held;

  Plug() {}

  /** That of the calling task while it holds one; null otherwise. {@code current->plug}. */
  public static Plug current() {
    Plug plug = Submission.current().plug;
    return plug.active ? plug : null;
  }

  /**
   * Mirrors {@code blk_start_plug}, 6.12: the outermost one counts.
   *
   * @return whether this one does, for {@link #finish}
   */
  public static boolean start() {
    Plug plug = Submission.current().plug;
    if (plug.active) {
      return false;
    }
    plug.active = true;
    return true;
  }

  /** Mirrors {@code blk_finish_plug}, 6.12. */
  public static void finish(boolean outermost) {
    if (!outermost) {
      return;
    }
    Plug plug = Submission.current().plug;
    plug.flush(false);
    plug.active = false;
  }

  /** Mirrors {@code io_schedule_prepare}, 6.12: nobody sleeps on what he holds back himself. */
  public static void flushBeforeSleep() {
    Plug plug = current();
    if (plug != null) {
      plug.flush(true);
    }
  }

  private void flush(boolean fromSchedule) {
    if (held != null) {
      held.flush(fromSchedule);
    }
  }

  /** What is held back; null if nothing ever was. */
  public Held held() {
    return held;
  }

  /** Sets what is held back. */
  public void hold(Held h) {
    held = h;
  }
}
