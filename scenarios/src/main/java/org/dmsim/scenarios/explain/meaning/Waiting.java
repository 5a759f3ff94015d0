package org.dmsim.scenarios.explain.meaning;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a task waits for, read from the functions that wait.
 *
 * @param what as a noun
 * @param isLock whether a task can hold it
 */
record Waiting(String what, boolean isLock) {

  private record Form(Pattern function, String what, boolean isLock) {}

  private static Form form(String regex, String what, boolean isLock) {
    return new Form(Pattern.compile("_*(?:" + regex + ")"), what, isLock);
  }

  /** The first that a stack has, in this order, says it best. */
  private static final List<Form> FORMS =
      List.of(
          form("synchronize_srcu\\w*|srcu_barrier", "SRCU grace period", false),
          form("rcu_barrier\\w*", "RCU callbacks (rcu_barrier)", false),
          form(
              "synchronize_(?:rcu|sched|net|rcu_expedited)|wait_rcu_gp|synchronize_rcu\\w*|rcu_sync_\\w+",
              "RCU grace period",
              false),
          form(
              "rwsem_down_write\\w*|down_write\\w*|call_rwsem_down_write\\w*",
              "rwsem, to write",
              true),
          form(
              "rwsem_down_read\\w*|down_read\\w*|call_rwsem_down_read\\w*", "rwsem, to read", true),
          form(
              "percpu_down_write\\w*|percpu_rwsem_wait|percpu_down_read\\w*",
              "per-CPU rwsem",
              true),
          form("rt_mutex_\\w*lock\\w*|rt_mutex_slow\\w*", "rt_mutex", true),
          form("mutex_lock\\w*|ww_mutex_lock\\w*|mutex_lock_\\w+", "mutex", true),
          form("rt_spin_lock\\w*|rtlock_\\w+", "spinlock (a sleeping one)", true),
          form("down(?:_interruptible|_killable|_timeout)?", "semaphore", true),
          form(
              "folio_lock\\w*|folio_wait_\\w+|lock_page\\w*|wait_on_page_\\w+",
              "I/O on a page (bit wait, folio lock)",
              false),
          form(
              "blk_mq_freeze_queue_wait\\w*|blk_freeze_queue\\w*",
              "queue freeze: all I/O of a queue to end",
              false),
          form("blk_queue_enter\\w*|bio_queue_enter\\w*", "queue to be thawed", false),
          form(
              "blk_mq_get_tag|sbitmap_\\w+wait|blk_mq_get_request|get_request\\w*",
              "free request (tag) of a block device",
              false),
          form("rq_qos_wait|wbt_wait", "throttled I/O (rq_qos)", false),
          form(
              "flush_work\\w*|cancel_work_sync|cancel_delayed_work_sync|cancel_work_timer",
              "work item to end (completion)",
              false),
          form(
              "flush_workqueue|drain_workqueue|flush_scheduled\\w*",
              "work queue to be flushed (completion)",
              false),
          form("kthread_stop", "thread to end (completion, kthread_stop)", false),
          form("submit_bio_wait|blk_wait_io|wait_for_completion_io\\w*", "I/O (completion)", false),
          form("bit_wait_io\\w*|wait_on_buffer|io_schedule\\w*|blk_io_schedule", "I/O", false),
          form("wait_for_completion\\w*|wait_for_common\\w*", "completion", false),
          form("wait_on_bit\\w*|out_of_line_wait\\w*|bit_wait\\w*", "bit (bit wait)", false));

  static Waiting of(Path path) {
    // What is nearest to schedule() is what it waits for; a form that says more may stand a bit
    // above.
    for (Form f : FORMS) {
      for (int i = 0; i < Math.min(12, path.frames().size()); i++) {
        String symbol = path.frames().get(i).symbol();
        if (f.function.matcher(symbol).matches()) {
          return new Waiting(f.what, f.isLock);
        }
        if (!path.guessed() && !Functions.isHelper(symbol) && !isWaiter(symbol)) {
          break;
        }
      }
    }
    return null;
  }

  private static boolean isWaiter(String symbol) {
    return symbol.matches(
        "_*(?:blk_\\w+|bio_queue_enter\\w*|submit_bio_wait|rq_qos_wait|wbt_wait|folio_\\w+|wait_\\w+|sbitmap_\\w+|get_request\\w*|rcu_\\w+)");
  }
}
