package org.dmsim.scenarios.door;

/**
 * The system calls that the door looks at, with their numbers, and what becomes of each when it
 * names a simulated device or a descriptor of one. The table in the documentation is made of this
 * list.
 */
enum SystemCall {
  // ---- reading and writing

  /** {@code read}. */
  READ(
      0,
      63,
      Watch.FD0,
      Answer.MODEL,
      "bytes of the device at the file's position; buffered reads go without a page cache"),
  /** {@code write}. */
  WRITE(1, 64, Watch.FD0, Answer.MODEL, "as read"),
  /** {@code pread64}. */
  PREAD64(17, 67, Watch.FD0, Answer.MODEL, "bytes of the device"),
  /** {@code pwrite64}. */
  PWRITE64(18, 68, Watch.FD0, Answer.MODEL, "bytes of the device"),
  /** {@code readv}. */
  READV(19, 65, Watch.FD0, Answer.MODEL, "several runs of memory, 1024 at most"),
  /** {@code writev}. */
  WRITEV(20, 66, Watch.FD0, Answer.MODEL, "several runs of memory, 1024 at most"),
  /** {@code preadv}. */
  PREADV(295, 69, Watch.FD0, Answer.MODEL, "as readv, at a position"),
  /** {@code pwritev}. */
  PWRITEV(296, 70, Watch.FD0, Answer.MODEL, "as writev, at a position"),
  /** {@code preadv2}. */
  PREADV2(
      327,
      286,
      Watch.FD0,
      Answer.MODEL,
      "RWF_HIPRI, RWF_DSYNC, RWF_SYNC, RWF_NOWAIT as the kernel takes them, else EOPNOTSUPP"),
  /** {@code pwritev2}. */
  PWRITEV2(328, 287, Watch.FD0, Answer.MODEL, "as preadv2"),
  /** {@code lseek}. */
  LSEEK(8, 62, Watch.FD0, Answer.MODEL, "SEEK_SET, SEEK_CUR, SEEK_END; else EINVAL"),
  /** {@code fsync}. */
  FSYNC(74, 82, Watch.FD0, Answer.MODEL, "flushes the device"),
  /** {@code fdatasync}. */
  FDATASYNC(75, 83, Watch.FD0, Answer.MODEL, "flushes the device"),
  /** {@code sync_file_range}. */
  SYNC_FILE_RANGE(277, 84, Watch.FD0, Answer.MODEL, "flushes the device"),
  /** {@code syncfs}. */
  SYNCFS(306, 267, Watch.FD0, Answer.MODEL, "flushes the device"),
  /** {@code fallocate}. */
  FALLOCATE(
      285,
      47,
      Watch.FD0,
      Answer.MODEL,
      "zeroes or discards a range, as the mode says; else EOPNOTSUPP"),
  /** {@code fadvise64}. */
  FADVISE64(221, 223, Watch.FD0, Answer.ZERO, "there is no page cache to advise"),
  /** {@code ftruncate}. */
  FTRUNCATE(77, 46, Watch.FD0, Answer.REFUSED, "EINVAL"),
  /** {@code mmap}. */
  MMAP(9, 222, Watch.FD4, Answer.REFUSED, "ENODEV, said: a page fault cannot be answered here"),
  /** {@code sendfile}. */
  SENDFILE(40, 71, Watch.FD1, Answer.REFUSED, "EINVAL, so that programs read and write instead"),
  /** {@code copy_file_range}. */
  COPY_FILE_RANGE(
      326, 285, Watch.FD0, Answer.REFUSED, "EINVAL, so that programs read and write instead"),
  /** {@code splice}. */
  SPLICE(275, 76, Watch.FD0, Answer.REFUSED, "EINVAL, so that programs read and write instead"),
  // ---- libaio

  /** {@code io_setup}. */
  IO_SETUP(
      206,
      0,
      Watch.ALWAYS,
      Answer.MODEL,
      "a context; all I/O of a program by libaio goes through dmsim"),
  /** {@code io_destroy}. */
  IO_DESTROY(207, 1, Watch.ALWAYS, Answer.MODEL, "ends a context"),
  /** {@code io_submit}. */
  IO_SUBMIT(
      209,
      2,
      Watch.ALWAYS,
      Answer.MODEL,
      "PREAD, PWRITE, PREADV, PWRITEV, FSYNC, FDSYNC; else EINVAL. A file of the host's is read and"
          + " written for the program"),
  /** {@code io_getevents}. */
  IO_GETEVENTS(208, 4, Watch.ALWAYS, Answer.MODEL, "what has ended"),
  /** {@code io_pgetevents}. */
  IO_PGETEVENTS(
      333, 292, Watch.ALWAYS, Answer.MODEL, "as io_getevents; the signal mask is left alone"),
  /** {@code io_cancel}. */
  IO_CANCEL(210, 3, Watch.ALWAYS, Answer.REFUSED, "EINVAL"),
  /** {@code io_uring_setup}. */
  IO_URING_SETUP(425, 425, Watch.ALWAYS, Answer.REFUSED, "ENOSYS for every program, said"),
  // ---- descriptors

  /** {@code ioctl}. */
  IOCTL(
      16,
      29,
      Watch.FD0,
      Answer.MODEL,
      "device mapper's and the block layer's, see the second table; else ENOTTY"),
  /** {@code fcntl}. */
  FCNTL(72, 25, Watch.FD0, Answer.MODEL, "F_DUPFD, F_GETFL, F_SETFL; others by the host"),
  /** {@code dup}. */
  DUP(32, 23, Watch.FD0, Answer.MODEL, "a number from 512 on"),
  /** {@code dup2}. */
  DUP2(
      33,
      -1,
      Watch.FD0,
      Answer.HOST,
      "by the host; a number from 3 to 511 is not watched without --fds=all, and said"),
  /** {@code dup3}. */
  DUP3(292, 24, Watch.FD0, Answer.HOST, "as dup2"),
  /** {@code flock}. */
  FLOCK(73, 32, Watch.FD0, Answer.ZERO, "programs do not lock each other out"),
  /** {@code fstat}. */
  FSTAT(5, 80, Watch.FD0, Answer.MODEL, "a block or character device"),
  /** {@code poll}. */
  POLL(
      7,
      -1,
      Watch.ALWAYS,
      Answer.MODEL,
      "/dev/mapper/control is readable after an event; others by the host"),
  /** {@code ppoll}. */
  PPOLL(271, 73, Watch.ALWAYS, Answer.MODEL, "as poll"),
  /** {@code select}. */
  SELECT(23, -1, Watch.TIME, Answer.HOST, "by the host; with --virtual-time its limit is virtual"),
  /** {@code pselect6}. */
  PSELECT6(270, 72, Watch.TIME, Answer.HOST, "as select"),
  /** {@code epoll_wait}. */
  EPOLL_WAIT(232, -1, Watch.TIME, Answer.HOST, "as select"),
  /** {@code epoll_pwait}. */
  EPOLL_PWAIT(281, 22, Watch.TIME, Answer.HOST, "as select"),
  /** {@code epoll_pwait2}. */
  EPOLL_PWAIT2(441, 441, Watch.TIME, Answer.HOST, "as select"),
  // ---- names

  /** {@code open}. */
  OPEN(
      2,
      -1,
      Watch.NAME,
      Answer.MODEL,
      "a device; a folder or text of the simulated /dev, /sys/block, /proc"),
  /** {@code openat}. */
  OPENAT(257, 56, Watch.NAME, Answer.MODEL, "as open"),
  /** {@code openat2}. */
  OPENAT2(437, 437, Watch.NAME, Answer.MODEL, "as open"),
  /** {@code creat}. */
  CREAT(85, -1, Watch.NAME, Answer.MODEL, "as open"),
  /** {@code stat}. */
  STAT(4, -1, Watch.NAME, Answer.MODEL, "of the simulated tree"),
  /** {@code lstat}. */
  LSTAT(6, -1, Watch.NAME, Answer.MODEL, "of the simulated tree"),
  /** {@code newfstatat}. */
  NEWFSTATAT(262, 79, Watch.STAT_AT, Answer.MODEL, "of the simulated tree, or of a descriptor"),
  /** {@code statx}. */
  STATX(332, 291, Watch.STAT_AT, Answer.MODEL, "of the simulated tree, or of a descriptor"),
  /** {@code access}. */
  ACCESS(21, -1, Watch.NAME, Answer.MODEL, "whether it is there"),
  /** {@code faccessat}. */
  FACCESSAT(269, 48, Watch.NAME, Answer.MODEL, "whether it is there"),
  /** {@code faccessat2}. */
  FACCESSAT2(439, 439, Watch.NAME, Answer.MODEL, "whether it is there"),
  /** {@code readlink}. */
  READLINK(89, -1, Watch.NAME, Answer.MODEL, "a link of the simulated tree"),
  /** {@code readlinkat}. */
  READLINKAT(267, 78, Watch.NAME, Answer.MODEL, "a link of the simulated tree"),
  /** {@code mknod}. */
  MKNOD(133, -1, Watch.NAME, Answer.MODEL, "a node in the simulated tree"),
  /** {@code mknodat}. */
  MKNODAT(259, 33, Watch.NAME, Answer.MODEL, "a node in the simulated tree"),
  /** {@code mkdir}. */
  MKDIR(83, -1, Watch.NAME, Answer.MODEL, "in the simulated tree"),
  /** {@code mkdirat}. */
  MKDIRAT(258, 34, Watch.NAME, Answer.MODEL, "in the simulated tree"),
  /** {@code rmdir}. */
  RMDIR(84, -1, Watch.NAME, Answer.MODEL, "in the simulated tree"),
  /** {@code unlink}. */
  UNLINK(87, -1, Watch.NAME, Answer.MODEL, "in the simulated tree"),
  /** {@code unlinkat}. */
  UNLINKAT(263, 35, Watch.NAME, Answer.MODEL, "in the simulated tree"),
  /** {@code symlink}. */
  SYMLINK(88, -1, Watch.NAME, Answer.MODEL, "in the simulated tree"),
  /** {@code symlinkat}. */
  SYMLINKAT(266, 36, Watch.NAME, Answer.MODEL, "in the simulated tree"),
  /** {@code rename}. */
  RENAME(82, -1, Watch.NAME, Answer.MODEL, "in the simulated tree; across its border EXDEV"),
  /** {@code renameat}. */
  RENAMEAT(264, 38, Watch.NAME, Answer.MODEL, "as rename"),
  /** {@code renameat2}. */
  RENAMEAT2(316, 276, Watch.NAME, Answer.MODEL, "as rename"),
  /** {@code chmod}. */
  CHMOD(90, -1, Watch.NAME, Answer.ZERO, "who may open is not modelled"),
  /** {@code fchmodat}. */
  FCHMODAT(268, 53, Watch.NAME, Answer.ZERO, "who may open is not modelled"),
  /** {@code chown}. */
  CHOWN(92, -1, Watch.NAME, Answer.ZERO, "who may open is not modelled"),
  /** {@code lchown}. */
  LCHOWN(94, -1, Watch.NAME, Answer.ZERO, "who may open is not modelled"),
  /** {@code fchownat}. */
  FCHOWNAT(260, 54, Watch.NAME, Answer.ZERO, "who may open is not modelled"),
  /** {@code utimensat}. */
  UTIMENSAT(280, 88, Watch.NAME, Answer.ZERO, "times are not modelled"),
  /** {@code getxattr}. */
  GETXATTR(191, 8, Watch.NAME, Answer.REFUSED, "ENODATA"),
  /** {@code lgetxattr}. */
  LGETXATTR(192, 9, Watch.NAME, Answer.REFUSED, "ENODATA"),
  /** {@code listxattr}. */
  LISTXATTR(194, 11, Watch.NAME, Answer.ZERO, "none"),
  /** {@code llistxattr}. */
  LLISTXATTR(195, 12, Watch.NAME, Answer.ZERO, "none"),
  /** {@code chdir}. */
  CHDIR(80, 49, Watch.NAME, Answer.REFUSED, "EACCES, said: use whole paths"),
  /** {@code truncate}. */
  TRUNCATE(76, 45, Watch.NAME, Answer.REFUSED, "EINVAL"),
  // ---- the rest

  /** {@code syslog}. */
  SYSLOG(103, 116, Watch.ALWAYS, Answer.MODEL, "the simulated kernel's log"),
  /** {@code nanosleep}. */
  NANOSLEEP(
      35,
      101,
      Watch.ALWAYS,
      Answer.HOST,
      "sleeps in the host, and as long in virtual time; with --virtual-time in virtual time only"),
  /** {@code clock_nanosleep}. */
  CLOCK_NANOSLEEP(230, 115, Watch.ALWAYS, Answer.HOST, "as nanosleep"),
  /** {@code clone}. */
  CLONE(56, 220, Watch.LOCKSTEP, Answer.HOST, "by the host; with --lockstep one at a time"),
  /** {@code clone3}. */
  CLONE3(435, 435, Watch.LOCKSTEP, Answer.HOST, "as clone"),
  /** {@code fork}. */
  FORK(57, -1, Watch.LOCKSTEP, Answer.HOST, "as clone"),
  /** {@code vfork}. */
  VFORK(58, -1, Watch.LOCKSTEP, Answer.HOST, "as clone"),
  /** {@code mount}. */
  MOUNT(
      165,
      40,
      Watch.NAME,
      Answer.REFUSED,
      "ENODEV, said: the host's kernel would have to read the device"),
  /** {@code swapon}. */
  SWAPON(
      167,
      224,
      Watch.NAME,
      Answer.REFUSED,
      "ENODEV, said: the host's kernel would have to read the device"),
  /** {@code semget}. */
  SEMGET(
      64, 190, Watch.ALWAYS, Answer.REFUSED, "ENOSYS, so that libdevmapper makes its nodes itself"),
  // ---- own

  /** {@code clock_gettime}. */
  CLOCK_GETTIME(228, 113, Watch.OWN),
  /** {@code close}. */
  CLOSE(3, 57, Watch.OWN),
  /** {@code getuid}. */
  GETUID(102, 174, Watch.ID),
  /** {@code getgid}. */
  GETGID(104, 176, Watch.ID),
  /** {@code geteuid}. */
  GETEUID(107, 175, Watch.ID),
  /** {@code getegid}. */
  GETEGID(108, 177, Watch.ID),
  /** {@code setpriority}. */
  SETPRIORITY(141, 140, Watch.ID),
  /** {@code mlock}. */
  MLOCK(149, 228, Watch.ID),
  /** {@code munlock}. */
  MUNLOCK(150, 229, Watch.ID),
  /** {@code mlockall}. */
  MLOCKALL(151, 230, Watch.ID),
  /** {@code munlockall}. */
  MUNLOCKALL(152, 231, Watch.ID),
  /** {@code mlock2}. */
  MLOCK2(325, 284, Watch.ID),
  /** {@code wait4}. */
  WAIT4(61, 260, Watch.OWN),
  /** {@code kill}. */
  KILL(62, 129, Watch.OWN),
  /** {@code prctl}. */
  PRCTL(157, 167, Watch.OWN),
  /** {@code gettid}. */
  GETTID(186, 178, Watch.OWN),
  /** {@code inotify_add_watch}. */
  INOTIFY_ADD_WATCH(254, 27, Watch.OWN),
  /** {@code inotify_init1}. */
  INOTIFY_INIT1(294, 26, Watch.OWN),
  /** {@code process_vm_readv}. */
  PROCESS_VM_READV(310, 270, Watch.OWN),
  /** {@code process_vm_writev}. */
  PROCESS_VM_WRITEV(311, 271, Watch.OWN),
  /** {@code seccomp}. */
  SECCOMP(317, 277, Watch.OWN),
  /** {@code memfd_create}. */
  MEMFD_CREATE(319, 279, Watch.OWN),
  /** {@code pidfd_open}. */
  PIDFD_OPEN(434, 434, Watch.OWN),
  /** {@code pidfd_getfd}. */
  PIDFD_GETFD(438, 438, Watch.OWN),
  /** {@code sendmsg}. */
  SENDMSG(46, 211, Watch.OWN),
  /** {@code recvmsg}. */
  RECVMSG(47, 212, Watch.OWN),
  /** {@code getdents64}. */
  GETDENTS64(217, 61, Watch.OWN);

  /** Which calls of a number the filter stops. */
  enum Watch {
    /** Those whose first argument is a watched descriptor. */
    FD0(0),
    /** Those whose second argument is one. */
    FD1(1),
    /** Those whose fifth argument is one. */
    FD4(4),
    /** All: only the path, in the program's memory, says what they are about. */
    NAME(-1),
    /** As NAME; but where AT_EMPTY_PATH says that the descriptor is meant, as FD0. */
    STAT_AT(-1),
    /** All. */
    ALWAYS(-1),
    /** All, where programs wait in virtual time. */
    TIME(-1),
    /** All, where the machine and the programs go in lockstep. */
    LOCKSTEP(-1),
    /** Those that answer 0 to a program that is to take itself for root. */
    ID(-1),
    /** None: dmsim makes it itself. */
    OWN(-1);

    private final int argument;

    Watch(int argument) {
      this.argument = argument;
    }

    /** Whether such a call is about a file. */
    boolean isOfFiles() {
      return argument >= 0 || this == NAME || this == STAT_AT;
    }

    /** Which argument is the descriptor; -1 for none. */
    int argument() {
      return argument;
    }
  }

  /** What becomes of a call. */
  enum Answer {
    /** The modelled kernel answers. */
    MODEL("modelled"),
    /** 0, and nothing is done. */
    ZERO("answered 0"),
    /** The host's kernel makes the call. */
    HOST("host"),
    /** An errno. */
    REFUSED("refused");

    private final String word;

    Answer(String word) {
      this.word = word;
    }

    /** As the table writes it. */
    String word() {
      return word;
    }
  }

  private final int x86;
  private final int arm64;
  private final Watch watch;
  private final Answer answer;
  private final String how;

  SystemCall(int x86, int arm64, Watch watch) {
    this(x86, arm64, watch, null, "");
  }

  SystemCall(int x86, int arm64, Watch watch, Answer answer, String how) {
    this.x86 = x86;
    this.arm64 = arm64;
    this.watch = watch;
    this.answer = answer;
    this.how = how;
  }

  /** Its number; -1 where the architecture has no such call. */
  int number(Architecture a) {
    return a == Architecture.ARM64 ? arm64 : x86;
  }

  /** Which of its calls are stopped. */
  Watch watch() {
    return watch;
  }

  /** What becomes of it; null for a call that is never stopped on a device's account. */
  Answer answer() {
    return answer;
  }

  /** The same, in words. */
  String how() {
    return how;
  }

  /** As the manual writes it. */
  String call() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** All calls by number. */
  static SystemCall[] byNumber(Architecture a) {
    int most = 0;
    for (SystemCall c : values()) {
      most = Math.max(most, c.number(a));
    }
    SystemCall[] table = new SystemCall[most + 1];
    for (SystemCall c : values()) {
      if (c.number(a) >= 0) {
        table[c.number(a)] = c;
      }
    }
    return table;
  }
}
