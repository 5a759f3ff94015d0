package org.dmsim.dm.targets.crypt;

import java.util.ArrayDeque;
import java.util.TreeMap;
import org.dmsim.block.bio.Plug;
import org.dmsim.context.MightSleep;
import org.dmsim.locking.Completion;
import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/**
 * The thread that submits encrypted writes by their sectors, whatever the order in which the
 * workers have encrypted them. Mirrors {@code dmcrypt_write}, 6.1.
 */
final class WriteThread extends Shared implements Blocker {

  /** TASK_COMM_LEN, without the byte that ends the name. */
  private static final int MAX_COMM = 15;

  private final SpinLock lock = new SpinLock("&cc->write_thread_lock");
  private final Completion exited = new Completion("&k->exited");
  private TreeMap<Long, ArrayDeque<CryptIo>> tree = new TreeMap<>();
  private volatile boolean shouldStop;

  WriteThread() {
    super("cc->write_tree");
  }

  /**
   * Starts it; {@code kthread_run}.
   *
   * @param device {@code MAJOR:MINOR} of the mapped device
   */
  void start(String device) {
    String name = "dmcrypt_write/" + device;
    String comm = name.substring(0, Math.min(name.length(), MAX_COMM));
    Task t = Task.current();
    if (t == null) {
      Thread.ofPlatform().daemon().name(comm).start(this::run);
    } else {
      t.machine().spawnDaemon(comm, this::run);
    }
  }

  /** Leaves an encrypted write to it. */
  void add(CryptIo io) {
    boolean flags = lock.lockIrqsave();
    Sched.touch(this, Access.WRITE);
    tree.computeIfAbsent(io.sector(), s -> new ArrayDeque<>(1)).add(io);
    lock.unlockIrqrestore(flags);
  }

  @KernelSymbol("dmcrypt_write")
  private void run() {
    for (; ; ) {
      lock.lockIrq();
      Sched.touch(this, Access.WRITE);
      TreeMap<Long, ArrayDeque<CryptIo>> taken = tree;
      tree = new TreeMap<>();
      lock.unlockIrq();
      Sched.touch(this, Access.READ); // shouldStop, which is set without the lock
      if (!taken.isEmpty()) {
        submit(taken);
      } else if (shouldStop) {
        exited.complete();
        return;
      } else {
        Sched.await(this, Access.READ, this);
      }
    }
  }

  private static void submit(TreeMap<Long, ArrayDeque<CryptIo>> writes) {
    boolean plugged = Plug.start();
    for (ArrayDeque<CryptIo> same : writes.values()) {
      for (CryptIo io : same) {
        io.submitWrite();
        MightSleep.condResched();
      }
    }
    Plug.finish(plugged);
  }

  /** {@code kthread_stop}: once nothing is left to submit. */
  @KernelSymbol("kthread_stop")
  void stop() {
    Sched.point(this, Access.WRITE);
    shouldStop = true;
    exited.waitFor();
  }

  /** Whether it has something to do. */
  @Override
  public boolean ready() {
    return shouldStop || !tree.isEmpty();
  }

  @Override
  public String waitsFor() {
    return "encrypted writes";
  }
}
