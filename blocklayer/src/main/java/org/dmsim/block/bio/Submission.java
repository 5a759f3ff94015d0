package org.dmsim.block.bio;

import org.dmsim.machine.Task;
import org.dmsim.machine.TaskKey;

/**
 * {@code current->bio_list}: what a task has submitted from inside a driver, and not yet handed
 * down. Made once a task and reused.
 */
public final class Submission {

  private static final TaskKey<Submission> KEY = new TaskKey<>(1);
  private static final ThreadLocal<Submission> ON_THREAD = ThreadLocal.withInitial(Submission::new);

  /** Whether a driver's submitBio is active further up the stack. */
  public boolean active;

  /** Bios submitted by the active submitBio. */
  public BioList fresh = new BioList();

  /** Bios submitted before it and not handed down yet. */
  public BioList older = new BioList();

  /** {@code current->plug}, whether it is held or not. */
  final Plug plug = new Plug();

  public final BioList lower = new BioList();
  public final BioList same = new BioList();

  private Submission() {}

  /** Whether bios wait for an active submitBio to be over. */
  public boolean hasWaiting() {
    return active && (!fresh.isEmpty() || !older.isEmpty());
  }

  /** That of the calling task, or of the calling thread where there is no machine. */
  public static Submission current() {
    Task t = Task.current();
    if (t == null) {
      return ON_THREAD.get();
    }
    Submission s = t.get(KEY);
    if (s == null) {
      s = new Submission();
      t.set(KEY, s);
    }
    return s;
  }
}
