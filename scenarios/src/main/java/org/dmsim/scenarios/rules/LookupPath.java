package org.dmsim.scenarios.rules;

import java.util.List;

/**
 * The ways to reach a device's table. Facts from drivers/md/dm.c, dm-ioctl.c and dm-table.c, 6.1,
 * except where another kernel is named.
 */
public enum LookupPath {
  /** SRCU, for everybody who may sleep. */
  LIVE(
      "dm_get_live_table(md, &srcu_idx)",
      "3.11 on (83d5e5b0af90)",
      "Process context that may sleep: dm_submit_bio (every bio up to 5.18 and from 6.6-rc2 on;"
          + " bios without REQ_NOWAIT in between), the ioctls, report zones, dm_prepare_ioctl,"
          + " DAX.",
      "The live table, its targets, and the pools that belong to it, until the put. NULL pins"
          + " nothing, and must be put all the same.",
      "srcu_read_lock",
      "dm_put_live_table(md, srcu_idx), once on every path, with the index that this very get"
          + " returned.",
      "synchronize_srcu(&md->io_barrier) waits for every bracket that was open when it began.",
      List.of("forgotten-put", "doubled-put", "bracket-decided-twice", "destroy-against-swap")),
  /** Plain RCU, for callers that never block. */
  LIVE_FAST(
      "dm_get_live_table_fast(md)",
      "3.11 on (83d5e5b0af90); dm.c only",
      "Any context; a caller that does not sleep, allocate with a blocking mask, or take a sleeping"
          + " lock before the put. In 6.1: dm_swap_table, to copy queue limits.",
      "The live table, until the put. Not the pools: suspend does not wait for RCU readers.",
      "rcu_read_lock",
      "dm_put_live_table_fast(md).",
      "synchronize_rcu_expedited() waits for it; __dm_suspend, which waits for SRCU alone, does"
          + " not.",
      List.of("nowait", "suspend-against-nowait")),
  /** The bug. */
  LIVE_BIO(
      "dm_get_live_table_bio(md, &srcu_idx, bio)",
      "5.19 to 6.6-rc1 (563a225c9fd2, removed by a9ce385344f9)",
      "dm_submit_bio. Takes the fast way if the bio says REQ_NOWAIT, as if such a bio were never to"
          + " sleep; the clone is allocated with GFP_NOIO all the same.",
      "As dm_get_live_table, or as dm_get_live_table_fast: the bio's flag decides.",
      "rcu_read_lock",
      "dm_put_live_table_bio, with a copy of the flags (5d7362d0d56d): the bio may be gone.",
      "As above, by flag; so suspend overlooks every REQ_NOWAIT bio.",
      List.of(
          "nowait",
          "nowait-swap",
          "suspend-against-nowait",
          "dead-bio-asked",
          "capability-test-outside")),
  /** The inactive table. */
  INACTIVE(
      "dm_get_inactive_table(md, &srcu_idx)",
      "3.11 on",
      "The ioctls that query the inactive table. Opens the bracket of the live table first, then"
          + " reads hc->new_map under _hash_lock, for read.",
      "The inactive table, until the put: whoever clears or replaces it calls dm_sync_table before"
          + " it destroys it.",
      "srcu_read_lock",
      "dm_put_live_table(md, srcu_idx), before _hash_lock is taken again: a destroyer may wait for"
          + " the bracket while it holds that lock.",
      "Both grace periods, from table_clear, table_load, dev_remove and dm_hash_remove_all.",
      List.of("hash-lock-twice")),
  /** The pointer itself. */
  UNDER_SUSPEND_LOCK(
      "rcu_dereference_protected(md->map, lockdep_is_held(&md->suspend_lock))",
      "3.11 on",
      "Suspend, resume and swap, which are the writers. Process context.",
      "The live table while the mutex is held: nobody else can replace it.",
      "mutex_lock",
      "mutex_unlock(&md->suspend_lock). Take it outside every bracket, never inside.",
      "Nothing: the holder is the one who calls dm_sync_table.",
      List.of("destroy-against-swap")),
  /** From below. */
  BACK_POINTER(
      "ti->table",
      "always",
      "A target's own methods and completions.",
      "Nothing by itself: it is good as long as the caller's I/O is in flight, or one of the other"
          + " ways pins the table.",
      "task",
      "Nothing to close.",
      "The wait for I/O in flight at suspend (dm_wait_for_completion) covers completions; a grace"
          + " period does not.",
      List.of("accounting-ends-too-early"));

  private final String call;
  private final String kernels;
  private final String callers;
  private final String pins;
  private final String context;
  private final String close;
  private final String waitedFor;
  private final List<String> exhibits;

  LookupPath(
      String call,
      String kernels,
      String callers,
      String pins,
      String context,
      String close,
      String waitedFor,
      List<String> exhibits) {
    this.call = call;
    this.kernels = kernels;
    this.callers = callers;
    this.pins = pins;
    this.context = context;
    this.close = close;
    this.waitedFor = waitedFor;
    this.exhibits = exhibits;
  }

  /** How it looks in the source. */
  public String call() {
    return call;
  }

  /** Kernels that have it, with the commits. */
  public String kernels() {
    return kernels;
  }

  /** Who may call it, and from which context. */
  public String callers() {
    return callers;
  }

  /** What it pins, and until when. */
  public String pins() {
    return pins;
  }

  /** The context that one is in between open and close, by its name in the context table. */
  public String context() {
    return context;
  }

  /** How it must be closed. */
  public String close() {
    return close;
  }

  /** What dm_sync_table waits for. */
  public String waitedFor() {
    return waitedFor;
  }

  /** Exhibits that show what happens otherwise. */
  public List<String> exhibits() {
    return exhibits;
  }
}
