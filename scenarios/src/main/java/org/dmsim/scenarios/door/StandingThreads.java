package org.dmsim.scenarios.door;

import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether the threads behind the door stand still, as the host's /proc tells: each is off its CPU,
 * in a system call that waits for another. Looked at twice: a thread that has run in between has
 * switched contexts, so that between two equal looks was a moment when all of them stood.
 */
final class StandingThreads {

  private static final int MOST = 1 << 14;
  private static final long OWN = ProcessHandle.current().pid();

  private final Libc libc;
  private final Set<Integer> sleepsForChild = new TreeSet<>();
  private TreeMap<Integer, String> seen = new TreeMap<>();

  StandingThreads(Libc libc) {
    this.libc = libc;
    for (SystemCall c : new SystemCall[] {SystemCall.VFORK, SystemCall.CLONE, SystemCall.CLONE3}) {
      sleepsForChild.add(c.number(libc.architecture()));
    }
  }

  /** The threads of the last look, in the order of their numbers. */
  Set<Integer> all() {
    return seen.keySet();
  }

  /**
   * Whether all stand.
   *
   * @param starter the thread of dmsim's that starts the program
   * @param stopped threads that wait for dmsim
   */
  boolean stand(int starter, Set<Integer> stopped) {
    TreeMap<Integer, String> first = look(starter, stopped);
    TreeMap<Integer, String> second = first == null ? null : look(starter, stopped);
    if (second == null || !first.equals(second)) {
      return false;
    }
    seen = second;
    return true;
  }

  /** What each thread does; null if one of them runs. */
  private TreeMap<Integer, String> look(int starter, Set<Integer> stopped) {
    TreeMap<Integer, String> all = new TreeMap<>();
    String self = "/proc/self/task/" + starter;
    if (!note(all, self, starter, stopped)) {
      return null;
    }
    // Orphans are the children of the process' first thread.
    String first = "/proc/self/task/" + OWN;
    return lookBelow(all, self, stopped) && lookBelow(all, first, stopped) ? all : null;
  }

  private boolean lookBelow(TreeMap<Integer, String> all, String thread, Set<Integer> stopped) {
    for (String child : text(thread + "/children").split(" ")) {
      if (child.isBlank()) {
        continue;
      }
      String process = "/proc/" + child + "/task";
      for (String t : libc.names(process)) {
        String path = process + "/" + t;
        if (!note(all, path, Integer.parseInt(t), stopped) || !lookBelow(all, path, stopped)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean note(TreeMap<Integer, String> all, String path, int tid, Set<Integer> stopped) {
    if (stopped.contains(tid)) {
      all.put(tid, "");
      return true;
    }
    String status = text(path + "/status");
    if (status.isEmpty()) {
      return true; // it is gone
    }
    char state = status.charAt(status.indexOf("State:\t") + 7);
    if (state == 'Z' || state == 'X') {
      all.put(tid, "dead");
      return true;
    }
    if (state == 'R') {
      return false;
    }
    String call = text(path + "/syscall");
    if (call.isEmpty() || call.startsWith("running") || call.startsWith("-1")) {
      return false;
    }
    int number = Integer.parseInt(call.substring(0, call.indexOf(' ')));
    if (state == 'D' && !sleepsForChild.contains(number)) {
      return false; // the host's own disk: that ends
    }
    int switches = status.indexOf("voluntary_ctxt_switches");
    all.put(tid, call + (switches < 0 ? "" : status.substring(switches)));
    return true;
  }

  private String text(String path) {
    long fd = libc.open(path, Libc.O_CLOEXEC, 0);
    if (fd < 0) {
      return "";
    }
    MemorySegment b = libc.buffer(MOST);
    long n = libc.call(SystemCall.READ, fd, b.address(), MOST);
    libc.close((int) fd);
    return n <= 0 ? "" : Libc.string(b, n);
  }
}
