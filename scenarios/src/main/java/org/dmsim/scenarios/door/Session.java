package org.dmsim.scenarios.door;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.disk.RamDisk;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.machine.Machine;
import org.dmsim.report.DmsimFault;

/**
 * Answers the stopped calls of programs: what is about the simulated machine by the machine, what
 * is not by the host's kernel. Runs in the machine's own thread, in the task named {@code door} and
 * in those of the callers.
 */
final class Session implements DoorMachine.Outside {

  private final Entrance entrance;
  private final Libc libc;
  private final DoorMachine door;
  private final DoorOptions options;
  private final Trace trace;
  private final Recorder recorder;
  private final DmIoctl dm;
  private final ShadowTree tree;
  private final DeviceTree devices;
  private final OpenFiles files;
  private final Deque<Call> waiting = new ArrayDeque<>();
  private final MemorySegment scratch = Arena.ofAuto().allocate(256, 8);
  private final FileCalls fileCalls;
  private final DescriptorCalls descriptors;
  private final PathCalls paths;
  private final IoctlCalls ioctls;
  private final AioCalls aio;
  private final LogCalls log;
  private final WaitCalls waits;
  private boolean closes;

  /** Whether the memory of a program was ever read. */
  private boolean looked;

  private boolean asked;

  Session(Entrance entrance, Libc libc, DoorMachine door, DoorOptions options, PrintWriter err)
      throws IOException {
    this.entrance = entrance;
    this.libc = libc;
    this.door = door;
    this.options = options;
    recorder =
        options.record() == null
            ? Recorder.NONE
            : new RecordedSession(recordHead(), this::wordOfScript);
    trace = new Trace(err, options.calls());
    dm = DmIoctl.of(door.machine());
    tree = new ShadowTree(libc);
    devices = new DeviceTree(tree, BlockLayer.of(door.machine()), dm);
    BlockLayer.of(door.machine()).lookPathsUpIn(this::deviceOf);
    files = new OpenFiles(libc, this::lastClose);
    fileCalls = new FileCalls(this);
    descriptors = new DescriptorCalls(this);
    paths = new PathCalls(this);
    ioctls = new IoctlCalls(this);
    aio = new AioCalls(this);
    log = new LogCalls(this);
    waits = new WaitCalls(this);
  }

  // ---- what the calls need ---------------------------------------------------------------------

  Libc libc() {
    return libc;
  }

  Machine machine() {
    return door.machine();
  }

  DoorMachine door() {
    return door;
  }

  DmIoctl dm() {
    return dm;
  }

  DoorOptions options() {
    return options;
  }

  Trace trace() {
    return trace;
  }

  Recorder recorder() {
    return recorder;
  }

  ShadowTree tree() {
    return tree;
  }

  DeviceTree devices() {
    return devices;
  }

  OpenFiles files() {
    return files;
  }

  FileCalls fileCalls() {
    return fileCalls;
  }

  WaitCalls waits() {
    return waits;
  }

  LogCalls log() {
    return log;
  }

  /** 256 bytes, good until the next call that uses them. */
  MemorySegment scratch() {
    return scratch;
  }

  /** What a script calls the device of a file. */
  String nameOf(OpenFile f) {
    Node n = f.node();
    if (n.major() != DmCore.MAJOR) {
      return (n.major() == RamDisk.MAJOR ? "ram" : "nullb") + n.minor();
    }
    return dm.names().stream()
        .filter(d -> d.minor() == n.minor())
        .map(DmIoctl.Named::name)
        .findFirst()
        .orElse("dm-" + n.minor());
  }

  /** The block device of a path, as a table names it; null if there is none. */
  BlockDevice deviceOf(String path) {
    devices.refresh();
    Node n = tree.node(ShadowTree.tidy(path), true);
    return n == null || !n.isBlock()
        ? null
        : BlockLayer.of(door.machine()).lookupOrProbe(n.major(), n.minor());
  }

  private String recordHead() {
    var c = door.machine().configuration();
    StringBuilder s = new StringBuilder("# A session of a program, recorded.\n");
    s.append("kernel ").append(c.kernel());
    s.append(" preempt=").append(c.preemption()).append(" cpus=").append(c.cpus()).append('\n');
    options
        .text()
        .lines()
        .filter(l -> !l.startsWith("kernel ") && !l.startsWith("#"))
        .filter(l -> !l.matches("expect (clean|schedules|\").*"))
        .forEach(l -> s.append(l).append('\n'));
    return s.toString();
  }

  /** What a script writes for a path, {@code uuid UUID} or {@code dev MINOR}. */
  private String wordOfScript(String word) {
    if (word.startsWith("/")) {
      BlockDevice b = word.startsWith("/dev/") ? deviceOf(word) : null;
      return b == null ? word : b.dev();
    }
    boolean byUuid = word.startsWith("uuid ");
    String key = word.substring(word.indexOf(' ') + 1);
    return dm.names().stream()
        .filter(d -> byUuid ? d.uuid().equals(key) : Integer.toString(d.minor()).equals(key))
        .map(DmIoctl.Named::name)
        .findFirst()
        .orElse("no-such-device");
  }

  /** The session as a script; null if it was not recorded. */
  String recorded() {
    return recorder instanceof RecordedSession r ? r.script() : null;
  }

  void sayBuffered() {
    trace.once("I/O without O_DIRECT goes to the device at once: there is no page cache");
  }

  // ---- letting calls in ------------------------------------------------------------------------

  @Override
  public void look() {
    waits.look();
    log.keepReports();
  }

  @Override
  public boolean areStanding() {
    return entrance.areStanding() && !waits.look();
  }

  @Override
  public boolean admit(long milliseconds) {
    Call c = waiting.poll();
    if (c == null) {
      c = entrance.next(milliseconds, trace);
      if (c == null) {
        if (entrance.isOver()) {
          door.end();
          return true;
        }
        return false;
      }
      // What was closed before the call was made is closed in the machine first.
      closes = false;
      files.hearOfCloses();
      if (closes) {
        waiting.add(c);
        return true;
      }
    }
    try {
      dispatch(c);
      looked |= c.what() != null && c.what().watch() == SystemCall.Watch.NAME;
    } catch (Call.OutOfReach e) {
      outOfReach(c);
    } catch (CallError e) {
      c.answer(e.result());
    }
    if (!c.isSettled()) {
      c.goOn();
    } else if (c.what() != null && c.what().watch().isOfFiles()) {
      asked = true;
    }
    return true;
  }

  /** Whether any call was about a file of the simulated machine, or about its place in a folder. */
  boolean isAsked() {
    return asked;
  }

  /** A program's memory cannot be read: that of the first, and nothing can be done here. */
  private void outOfReach(Call c) {
    String why =
        "process_vm_readv(2) says EPERM of "
            + Threads.comm(c.tid())
            + ": the program's file may not be readable, or the host's policy forbids it"
            + " (/proc/sys/kernel/yama/ptrace_scope)";
    if (!looked) {
      throw new DmsimFault("a program is out of reach", new DoorClosed(why));
    }
    trace.once(why + "; its calls are refused with EPERM");
    c.answer(-Errno.EPERM);
  }

  private void dispatch(Call c) {
    if (c.what() == null) {
      trace.once("a 32-bit program's system calls are refused with ENOSYS");
      c.answer(-Errno.ENOSYS);
      return;
    }
    switch (c.what().watch()) {
      case FD0 -> ofFile(c, files.of(c.tid(), c.intArgument(0)));
      case FD1 -> ofFile(c, files.of(c.tid(), c.intArgument(1)));
      case FD4 -> ofFile(c, files.of(c.tid(), c.intArgument(4)));
      case NAME -> paths.handle(c);
      case STAT_AT -> {
        if (!paths.handleEmptyPath(c)) {
          paths.handle(c);
        }
      }
      default -> always(c);
    }
  }

  private void ofFile(Call c, OpenFile f) {
    if (f == null) {
      return;
    }
    switch (c.what()) {
      case READ, READV, PREAD64, PREADV, PREADV2 -> fileCalls.transfer(c, f, false);
      case WRITE, WRITEV, PWRITE64, PWRITEV, PWRITEV2 -> fileCalls.transfer(c, f, true);
      case LSEEK -> fileCalls.seek(c, f);
      case FSYNC, FDATASYNC, SYNC_FILE_RANGE, SYNCFS -> fileCalls.sync(c, f);
      case FALLOCATE -> fileCalls.fallocate(c, f);
      case FADVISE64, FLOCK -> c.answer(c.what().call() + "(" + f + ")", 0);
      case IOCTL -> ioctls.handle(c, f);
      case FCNTL -> descriptors.fcntl(c, f);
      case DUP -> descriptors.dup(c);
      case DUP2, DUP3 -> descriptors.dupTo(c, f);
      case FSTAT -> descriptors.stat(c, f);
      case MMAP -> descriptors.refuseMap(c, f);
      default -> descriptors.refuse(c, f, Errno.EINVAL);
    }
  }

  private void always(Call c) {
    switch (c.what()) {
      case IO_SETUP, IO_DESTROY, IO_SUBMIT, IO_GETEVENTS, IO_PGETEVENTS, IO_CANCEL -> aio.handle(c);
      case IO_URING_SETUP -> {
        trace.once("io_uring is refused with ENOSYS");
        c.answer(-Errno.ENOSYS);
      }
      case POLL, PPOLL -> descriptors.poll(c);
      case SELECT, PSELECT6, EPOLL_WAIT, EPOLL_PWAIT, EPOLL_PWAIT2 -> waits.handle(c);
      case SYSLOG -> log.syslog(c);
      case NANOSLEEP, CLOCK_NANOSLEEP -> waits.sleep(c);
      case SEMGET -> c.answer(-Errno.ENOSYS);
      default -> c.goOn();
    }
  }

  // ---- in the machine --------------------------------------------------------------------------

  /** Has the machine make a call on an open file, in the task of the calling thread. */
  void perform(Call c, OpenFile f, String said, LongSupplier call) {
    c.park();
    f.begin();
    Runnable whole =
        () -> {
          long r;
          try {
            r = call.getAsLong();
          } catch (CallError e) {
            r = e.result();
          }
          recorder.done(r);
          log.keepReports();
          ended(f);
          c.answer(said, r);
        };
    if (f.control() == null) {
      door.perform(c.tid(), whole);
    } else {
      door.performInterruptibly(c.tid(), whole, () -> !c.isWaiting());
    }
  }

  /** Has the machine open a file; whoever opens one is known by the name it has now. */
  void performOpen(Call c, Runnable open) {
    door.performAs(c.tid(), Threads.comm(c.tid()), open);
  }

  /** A call on a file has ended: the file goes, if its last descriptor went meanwhile. */
  void ended(OpenFile f) {
    if (f.endIsLast()) {
      release(f);
    }
  }

  private void lastClose(OpenFile f) {
    closes = true;
    if (f.closeIsLast() && f.block() != null) {
      door.performInBackground("close", () -> release(f));
    }
  }

  private void release(OpenFile f) {
    if (f.block() != null) {
      recorder.closed(f, nameOf(f));
      Syscalls.close(f.block());
    }
  }

  /** Programs come and go: one that is out of reach is refused, and no reason to end. */
  void goOnWhateverComes() {
    looked = true;
  }

  /** Takes the tree away again. */
  void close() {
    tree.close();
  }
}
