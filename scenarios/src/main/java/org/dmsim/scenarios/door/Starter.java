package org.dmsim.scenarios.door;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.dmsim.block.Errno;
import org.dmsim.report.DmsimFault;

/**
 * Starts a program behind the filter and waits for its end. The thread that does so is filtered
 * itself, for good; so it does nothing else, and all that it needs was used once before.
 */
final class Starter {

  private static final int PR_SET_CHILD_SUBREAPER = 36;
  private static final int SIGINT = 2;
  private static final int SIGQUIT = 3;
  private static final int SIGKILL = 9;
  private static final int WNOHANG = 1;
  private static final int SIGNALLED = 128;

  /** The status of a program that cannot be started, as shells have it. */
  private static final int NOT_FOUND = 127;

  private final Libc libc;
  private final DoorOptions options;
  private final String[] program;
  private final CompletableFuture<int[]> installed = new CompletableFuture<>();
  private Thread thread;
  private volatile int pid;
  private int status;
  private String failure;

  Starter(Architecture architecture, DoorOptions options, List<String> program) {
    this.libc = new Libc(architecture);
    this.options = options;
    this.program = program.toArray(String[]::new);
  }

  /** What the filtered thread has: the number of the listener, and its own. */
  record Installed(int listener, int tid) {}

  /**
   * Installs the filter, and starts the program.
   *
   * @throws DoorClosed where the host does not let it
   */
  Installed start() throws DoorClosed {
    libc.call(SystemCall.PRCTL, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0, 0);
    Libc.ignoreSignal(SIGINT);
    Libc.ignoreSignal(SIGQUIT);
    new HostCheck(libc).run();
    warm();
    thread = new Thread(this::run, "door-starter");
    thread.start();
    try {
      int[] r = installed.get();
      return new Installed(r[0], r[1]);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DoorClosed("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DoorClosed closed) {
        throw closed;
      }
      throw new DmsimFault("the filter could not be installed", e.getCause());
    }
  }

  /** Starts what is not there, so that no class is left to load. */
  private void warm() {
    try (Arena a = Arena.ofConfined()) {
      String[] nothing = {"/nonexistent/dmsim"};
      Libc.spawn(libc.prepare(a, nothing, new String[0]));
      libc.wait4(-1, WNOHANG);
      Libc.spawn(libc.prepare(a, nothing, new String[0]));
    } catch (Throwable t) {
      throw new DmsimFault("posix_spawn cannot be called", t);
    }
  }

  private void run() {
    try (Arena a = Arena.ofConfined()) {
      MemorySegment filter = new Filter(libc.architecture(), options).assemble(a);
      Libc.Spawn start = libc.prepare(a, program, environment());
      int tid = (int) libc.call(SystemCall.GETTID, 0);
      int listener = SeccompListener.install(libc, filter);
      installed.complete(new int[] {listener, tid});
      int error = Libc.spawn(start);
      if (error == 0) {
        pid = start.pid().get(JAVA_INT, 0);
        await();
        endOthers();
      } else {
        failure = program[0] + ": " + Errno.name(error);
        status = NOT_FOUND;
      }
    } catch (Throwable t) {
      installed.completeExceptionally(t);
      failure = t.toString();
      status = NOT_FOUND;
    }
    libc.call(SystemCall.IO_URING_SETUP, Entrance.END);
  }

  private static String[] environment() {
    Map<String, String> env = new TreeMap<>(System.getenv());
    env.put("DM_DISABLE_UDEV", "1"); // there is no udev in the simulated machine
    env.putIfAbsent("LVM_SUPPRESS_FD_WARNINGS", "1");
    return env.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toArray(String[]::new);
  }

  private void await() {
    while (true) {
      long ended = libc.wait4(-1, 0); // the program, or an orphan of it
      if (ended == pid || ended < 0 && ended != -Errno.EINTR) {
        int st = libc.small().get(JAVA_INT, 0);
        status = (st & 0x7f) == 0 ? st >> 8 & 0xff : SIGNALLED + (st & 0x7f);
        return;
      }
    }
  }

  /** What the program left behind has no machine any more. */
  private void endOthers() {
    while (true) {
      long r = libc.wait4(-1, WNOHANG);
      if (r < 0 && r != -Errno.EINTR) {
        return;
      }
      if (r == 0) {
        for (int child : children()) {
          libc.call(SystemCall.KILL, child, SIGKILL, 0);
        }
        libc.wait4(-1, 0);
      }
    }
  }

  private static List<Integer> children() {
    List<Integer> all = new ArrayList<>();
    try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
      for (Path t : threads.toList()) {
        for (String child : Files.readString(t.resolve("children")).trim().split(" ")) {
          if (!child.isEmpty()) {
            all.add(Integer.parseInt(child));
          }
        }
      }
    } catch (IOException gone) {
      return all;
    }
    return all;
  }

  /** Waits until the program and all of its have ended. */
  void join() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the program: the machine is over. */
  void kill(int signal) {
    if (pid > 0) {
      new Libc(libc.architecture()).call(SystemCall.KILL, pid, signal, 0);
    }
  }

  /** The status that the program ended with; 128 and more for a signal. */
  int status() {
    return status;
  }

  /** Why it could not be started; null if it could. */
  String failure() {
    return failure;
  }
}
