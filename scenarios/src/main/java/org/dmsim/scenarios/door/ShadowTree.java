package org.dmsim.scenarios.door;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The names that lead into the simulated machine. Folders, links and texts lie in a folder of the
 * host's and are handed out as they are; a device node is an empty file there, and what it leads to
 * is noted here.
 */
final class ShadowTree {

  /** Names under /dev that stay the host's. */
  private static final List<String> HOST_DEVICES =
      List.of(
          "null", "zero", "full", "random", "urandom", "tty", "console", "ptmx", "pts", "fd", "shm",
          "stdin", "stdout", "stderr");

  private static final List<String> FOLDERS =
      List.of(
          "/dev/mapper",
          "/dev/block",
          "/proc",
          "/sys/block",
          "/sys/dev/block",
          "/sys/class/block",
          "/sys/module",
          "/sys/devices/virtual/bdi",
          "/run/lvm",
          "/run/lock/lvm",
          "/run/cryptsetup",
          "/run/blkid",
          "/etc/lvm");

  /** A name with that at its beginning, up to a slash or the end, leads into the tree. */
  private static final List<String> COVERED =
      List.of(
          "/sys/block",
          "/sys/dev/block",
          "/sys/class/block",
          "/sys/devices/virtual/bdi",
          "/proc/devices",
          "/proc/misc",
          "/proc/partitions",
          "/run/lvm",
          "/run/lock/lvm",
          "/run/udev",
          "/run/cryptsetup",
          "/run/blkid",
          "/etc/lvm");

  private static final int MAX_LINKS = 40;

  private final Libc libc;
  private final Path root;
  private final String prefix;
  private final Map<String, Node> nodes = new HashMap<>();
  private boolean closed;

  /** An empty tree, in memory where the host has a place for that. */
  ShadowTree(Libc libc) throws IOException {
    this.libc = libc;
    Path shm = Path.of("/dev/shm");
    root =
        Files.isWritable(shm)
            ? Files.createTempDirectory(shm, "dmsim-")
            : Files.createTempDirectory("dmsim-");
    prefix = root.toString();
    for (String f : FOLDERS) {
      Files.createDirectories(at(f));
    }
    for (String d : HOST_DEVICES) {
      Files.createSymbolicLink(at("/dev/" + d), Path.of("/dev/" + d));
    }
    addNode("/dev/mapper/control", Node.control());
    addNode("/dev/kmsg", Node.kmsg());
  }

  /** Where a name lies in the host. */
  Path at(String name) {
    return Path.of(prefix + name);
  }

  // ---- which names -----------------------------------------------------------------------------

  /** Whether a whole name, without dots, leads into the tree. */
  static boolean covers(String name) {
    if (isUnder(name, "/dev")) {
      if (name.length() <= 5) {
        return true;
      }
      int end = name.indexOf('/', 5);
      String first = name.substring(5, end < 0 ? name.length() : end);
      return !HOST_DEVICES.contains(first) && !first.startsWith("tty");
    }
    for (String c : COVERED) {
      if (isUnder(name, c)) {
        return true;
      }
    }
    return name.startsWith("/sys/module/dm_");
  }

  private static boolean isUnder(String name, String folder) {
    int n = folder.length();
    return name.startsWith(folder) && (name.length() == n || name.charAt(n) == '/');
  }

  /** The name of a host's path as programs see it: the tree's own folder is their root. */
  String seen(String path) {
    boolean inside =
        path.startsWith(prefix)
            && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
    return !inside
        ? path
        : path.length() == prefix.length() ? "/" : path.substring(prefix.length());
  }

  /** A whole name without dots, double slashes, and the links that the host has for such names. */
  static String tidy(String name) {
    ArrayDeque<String> parts = new ArrayDeque<>();
    for (String p : name.split("/")) {
      if (p.equals("..")) {
        parts.pollLast();
      } else if (!p.isEmpty() && !p.equals(".")) {
        parts.addLast(p);
      }
    }
    String tidy = "/" + String.join("/", parts);
    return isUnder(tidy, "/var/run")
        ? tidy.substring("/var".length())
        : isUnder(tidy, "/var/lock") ? "/run" + tidy.substring("/var".length()) : tidy;
  }

  /**
   * Follows the links of the tree.
   *
   * @param last whether to follow the last part too
   * @return the name behind them; outside the tree for a link that leads out of it
   */
  String resolve(String name, boolean last) {
    int left = MAX_LINKS;
    String done = "";
    ArrayDeque<String> todo = new ArrayDeque<>(Arrays.asList(name.substring(1).split("/")));
    while (!todo.isEmpty()) {
      String part = todo.pollFirst();
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..")) {
        done = done.substring(0, Math.max(0, done.lastIndexOf('/')));
        continue;
      }
      String next = done + "/" + part;
      boolean looks = covers(next) && (last || !todo.isEmpty());
      String link = looks ? libc.readlink(prefix + next) : null;
      if (link == null) {
        done = next;
        continue;
      }
      if (--left < 0) {
        throw new CallError(40); // ELOOP
      }
      if (link.startsWith("/")) {
        done = "";
      }
      String[] parts = link.split("/");
      for (int i = parts.length - 1; i >= 0; i--) {
        todo.addFirst(parts[i]);
      }
    }
    return done.isEmpty() ? "/" : done;
  }

  /** Where a name lies in the host, its links followed. */
  String real(String name, boolean last) {
    String r = resolve(name, last);
    return covers(r) || r.equals("/") ? prefix + r : r;
  }

  /** The device node of a name; null if it is none. */
  Node node(String name, boolean follow) {
    return nodes.get(resolve(name, follow));
  }

  // ---- changes ---------------------------------------------------------------------------------

  /** All nodes by name. */
  Map<String, Node> nodes() {
    return nodes;
  }

  /** Adds a node where nothing is yet: 0 or a negative errno. */
  long addNode(String name, Node node) {
    long fd =
        libc.open(prefix + name, Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC, 0600);
    if (fd < 0) {
      return fd;
    }
    libc.close((int) fd);
    nodes.put(name, node);
    return 0;
  }

  /** {@code unlink}, or with {@code AT_REMOVEDIR} {@code rmdir}: 0 or a negative errno. */
  long remove(String name, boolean folder) {
    long r =
        libc.call(SystemCall.UNLINKAT, Libc.AT_FDCWD, libc.path(prefix + name), folder ? 0x200 : 0);
    if (r == 0) {
      nodes.remove(name);
    }
    return r;
  }

  long mkdir(String name) {
    return libc.call(SystemCall.MKDIRAT, Libc.AT_FDCWD, libc.path(prefix + name), 0755);
  }

  long symlink(String target, String name) {
    return libc.call(
        SystemCall.SYMLINKAT, libc.secondPath(target), Libc.AT_FDCWD, libc.path(prefix + name));
  }

  long rename(String from, String to) {
    long r =
        libc.call(
            SystemCall.RENAMEAT2,
            Libc.AT_FDCWD,
            libc.path(prefix + from),
            Libc.AT_FDCWD,
            libc.secondPath(prefix + to),
            0,
            0);
    if (r == 0) {
      Node n = nodes.remove(from);
      nodes.remove(to);
      if (n != null) {
        nodes.put(to, n);
      }
    }
    return r;
  }

  /** Writes a text, if it is another than before; {@code known} remembers. */
  void write(Map<String, String> known, String name, String text) {
    if (text.equals(known.put(name, text))) {
      return;
    }
    try {
      Path file = at(name);
      if (!Files.isDirectory(file.getParent())) {
        Files.createDirectories(file.getParent());
      }
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a folder of the tree with all that is in it. */
  void deleteAll(String name) {
    delete(at(name));
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes all of it away; where the process is told to end meanwhile, two threads come here. */
  synchronized void close() {
    if (!closed) {
      closed = true;
      delete(root);
    }
  }
}
