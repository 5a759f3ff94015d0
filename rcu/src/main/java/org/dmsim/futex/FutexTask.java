package org.dmsim.futex;

import java.util.List;
import org.dmsim.machine.Access;
import org.dmsim.machine.Machine;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.machine.TaskKey;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.KernelVersion;

/**
 * What the kernel knows of one thread's futexes: its address space, its thread id and the address
 * of its robust list; and the system calls by which the thread reaches them.
 *
 * <p>System calls return what the kernel returns, errors negated. On a real thread the object
 * stands for the thread, and {@link #exit} is called by hand.
 */
public final class FutexTask {

  private static final TaskKey<FutexTask> KEY = new TaskKey<>();

  /** How many entries of a robust list the kernel looks at, unless told otherwise. */
  public static final int ROBUST_LIST_LIMIT = RobustList.LIMIT;

  private final FutexTable table;
  private final UserMemory memory;
  private final int tid;
  private final int uid;
  private final Task task;
  private final UserAccess user;
  private final RobustList robustList;
  private final Entry entry;
  private long robustListHead;

  private FutexTask(
      FutexTable table,
      UserMemory memory,
      int tid,
      int uid,
      Task task,
      DeathPolicy policy,
      int limit) {
    this.table = table;
    this.memory = memory;
    this.tid = tid;
    this.uid = uid;
    this.task = task;
    this.user = new UserAccess(memory);
    this.robustList = new RobustList(this, policy, limit);
    this.entry = task == null ? null : new Entry(task);
  }

  /** Where a thread calls the kernel; nobody else ever touches it. */
  private static final class Entry extends Shared {
    Entry(Task task) {
      super("system call of " + task.name());
    }
  }

  /** Puts a process of a machine, root's, into an address space; called in the machine's set-up. */
  public static FutexTask attach(Task task, UserMemory memory) {
    return attach(task, memory, 0, ROBUST_LIST_LIMIT);
  }

  /**
   * As {@link #attach(Task, UserMemory)}.
   *
   * @param uid whose process it is; 0 is root
   * @param limit how many entries of its robust list the kernel looks at
   */
  public static FutexTask attach(Task task, UserMemory memory, int uid, int limit) {
    DeathPolicy policy = DeathPolicy.of(task.machine().configuration().kernel());
    return attach(task, memory, uid, limit, policy);
  }

  /**
   * As {@link #attach(Task, UserMemory, int, int)}, with what another kernel does about pending
   * locks.
   */
  public static FutexTask attach(
      Task task, UserMemory memory, int uid, int limit, DeathPolicy policy) {
    Machine machine = task.machine();
    FutexTask futexes =
        new FutexTask(FutexTable.of(machine), memory, task.pid(), uid, task, policy, limit);
    task.set(KEY, futexes);
    return futexes;
  }

  /** A real thread's. */
  public static FutexTask ofThread(FutexTable table, UserMemory memory, int tid, int limit) {
    return new FutexTask(
        table, memory, tid, 0, null, DeathPolicy.of(KernelVersion.newest()), limit);
  }

  /** That of a machine's task; null if it has no user memory. */
  public static FutexTask of(Task task) {
    return task.get(KEY);
  }

  /** The thread id that its futex words hold. */
  public int tid() {
    return tid;
  }

  /** Its address space. */
  public UserMemory memory() {
    return memory;
  }

  UserAccess user() {
    return user;
  }

  FutexTable table() {
    return table;
  }

  // ---- system calls ----------------------------------------------------------------------------

  /** futex(FUTEX_WAIT); see {@link FutexTable#await}. */
  @KernelSymbol("__x64_sys_futex")
  public int futexWait(long address, int expected, boolean isPrivate, long timeout) {
    enter();
    int result = table.await(this, address, expected, isPrivate, timeout);
    leave();
    return result;
  }

  /** futex(FUTEX_WAKE); see {@link FutexTable#wake}. */
  @KernelSymbol("__x64_sys_futex")
  public int futexWake(long address, boolean isPrivate, int count) {
    enter();
    int result = table.wake(this, address, isPrivate, count);
    leave();
    return result;
  }

  /**
   * Tells the kernel where the thread's robust list begins. The address is not looked at until the
   * thread ends.
   *
   * @return 0, or -EINVAL for a length other than that of {@code struct robust_list_head}
   */
  @KernelSymbol("__x64_sys_set_robust_list")
  public int setRobustList(long head, long length) {
    if (length != RobustList.HEAD_SIZE) {
      return -Errno.EINVAL;
    }
    robustListHead = head;
    return 0;
  }

  /**
   * Asks where a thread's robust list begins.
   *
   * @param pid the thread; 0 is the caller
   * @param headPointer where to put the list's address
   * @param lengthPointer where to put the length of its head; written first
   * @return 0, -ESRCH no such thread, -EPERM another user's, -EFAULT
   */
  @KernelSymbol("__x64_sys_get_robust_list")
  public int getRobustList(int pid, long headPointer, long lengthPointer) {
    long head = robustListHead;
    if (pid != 0 && pid != tid) {
      Task other = livingTask(pid);
      if (other == null) {
        return -Errno.ESRCH;
      }
      // A task without user memory is root's, and has registered nothing.
      FutexTask theirs = of(other);
      if (uid != 0 && uid != (theirs == null ? 0 : theirs.uid)) {
        return -Errno.EPERM;
      }
      head = theirs == null ? 0 : theirs.robustListHead;
    }
    user.put64(lengthPointer, RobustList.HEAD_SIZE);
    if (user.faulted()) {
      return -Errno.EFAULT;
    }
    user.put64(headPointer, head);
    return user.faulted() ? -Errno.EFAULT : 0;
  }

  /** {@code find_task_by_vpid}; null if there is none, or it has ended. */
  private Task livingTask(int pid) {
    if (task == null || pid == 0) {
      return null;
    }
    Machine m = task.machine();
    for (int i = 0; i < m.taskCount(); i++) {
      Task t = m.task(i);
      if (t.pid() == pid && !t.isHandler() && !t.isDone()) {
        return t;
      }
    }
    return null;
  }

  /** {@code munmap} by this thread. */
  public void munmap(long address) {
    memory.unmap(address);
    user.flush();
  }

  /** The instruction that calls the kernel is a step of its own: a signal may come before it. */
  private void enter() {
    if (task != null) {
      Sched.point(entry, Access.READ);
      task.machine().setUserMode(task, false);
    }
  }

  private void leave() {
    if (task != null) {
      task.machine().setUserMode(task, true);
    }
  }

  // ---- the end of the thread -------------------------------------------------------------------

  /** {@code cond_resched}, where the kernel does not preempt itself anyway. */
  void condResched() {
    if (task != null && task.machine().configuration().preemption() != PreemptionModel.FULL) {
      Sched.offer();
    }
  }

  /** {@code futex_exit_release}: what a dead thread's locks cost it, if it has a list at all. */
  @KernelSymbol("futex_exit_release")
  public void exit() {
    if (robustListHead != 0) {
      robustList.exit(robustListHead);
      robustListHead = 0;
    }
  }

  // ---- keys ------------------------------------------------------------------------------------

  /** {@code get_futex_key}: 0, or why the address can be no futex of this thread. */
  int checkFutexAddress(long address, boolean isPrivate) {
    if ((address & 3) != 0) {
      return -Errno.EINVAL;
    }
    if (address < 0 || address > UserMemory.TASK_SIZE - 4) {
      return -Errno.EFAULT;
    }
    return isPrivate || memory.find(address, 4) != null ? 0 : -Errno.EFAULT;
  }

  FutexSpace futexSpace(long address, boolean isPrivate) {
    return isPrivate ? memory : memory.pagesAt(address);
  }

  long futexPosition(long address, boolean isPrivate) {
    return isPrivate ? address : memory.offsetAt(address);
  }

  /** The living task that the word at an address names as its owner, for the wait-for graph. */
  List<Task> ownerOf(long address) {
    if (task == null || memory.find(address, 4) == null) {
      return List.of();
    }
    Task owner =
        livingTask(FutexWord.owner(memory.pagesAt(address).peek32(memory.offsetAt(address))));
    return owner == null ? List.of() : List.of(owner);
  }
}
