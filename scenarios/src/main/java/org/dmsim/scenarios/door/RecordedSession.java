package org.dmsim.scenarios.door;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.dmsim.block.Errno;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.ioctl.ControlFile.Command;
import org.dmsim.dm.ioctl.DmIoctlStruct;
import org.dmsim.dm.ioctl.DmReply;
import org.dmsim.machine.Task;

/**
 * Writes a session down as a script. Calls that came one after the other become commands at the
 * left edge; where a program had a device open, or was in a call, while another one called, they
 * become tasks beside each other. What only asks is left out.
 */
final class RecordedSession implements Recorder {

  /** TASK_COMM_LEN without its end. */
  private static final int MAX_COMM = 15;

  /** Another order of what came at the same time may have another answer. */
  private static final String MAY_FAIL = " -- may fail";

  private static final int NO_END = Integer.MAX_VALUE;

  /** A command, or the time for which a file was open, which is none. */
  private static final class Entry {
    private final Task task;
    private final String command;
    private final int begin;
    private int end = NO_END;
    private String expected;

    Entry(Task task, String command, int begin) {
      this.task = task;
      this.command = command;
      this.begin = begin;
    }
  }

  private final String head;
  private final UnaryOperator<String> numbers;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<OpenFile, Entry> open = new HashMap<>();
  private final Map<Task, Entry> current = new HashMap<>();
  private final Map<String, Integer> names = new HashMap<>();
  private int clock;

  /**
   * Nothing is recorded yet.
   *
   * @param head the machine, and what was done before the session
   * @param numbers what a table's word becomes: the number of a device in place of its path
   */
  RecordedSession(String head, UnaryOperator<String> numbers) {
    this.head = head;
    this.numbers = numbers;
  }

  // ---- what happens ----------------------------------------------------------------------------

  @Override
  public void note(String command) {
    done(0);
    Entry e = new Entry(Task.current(), command, clock++);
    entries.add(e);
    current.put(e.task, e);
  }

  @Override
  public void done(long result) {
    Entry e = current.remove(Task.current());
    if (e != null) {
      e.end = clock++;
      e.expected = result < 0 ? Errno.name((int) result) : null;
    }
  }

  @Override
  public void opened(OpenFile f, String name) {
    Entry e = new Entry(Task.current(), null, clock++);
    open.put(f, e);
    entries.add(e);
    if (f.node().major() == DmCore.MAJOR) {
      entries.add(ended(new Entry(e.task, "open " + name, clock++)));
    }
  }

  @Override
  public void closed(OpenFile f, String name) {
    Entry e = open.remove(f);
    if (e == null) {
      return;
    }
    if (f.node().major() == DmCore.MAJOR) {
      entries.add(ended(new Entry(e.task, "close " + name, clock++)));
    }
    e.end = clock++;
  }

  private Entry ended(Entry e) {
    e.end = clock++;
    return e;
  }

  @Override
  public void read(String name, long position, long length, int flags) {
    String verb = (flags & Syscalls.RWF_NOWAIT) != 0 ? "read_nowait " : "read ";
    note(verb + name + " " + position + " " + length);
  }

  @Override
  public void write(String name, byte[] data, int at, long position, long length, int flags) {
    String verb =
        (flags & Syscalls.RWF_NOWAIT) != 0
            ? "write_nowait "
            : (flags & (Syscalls.RWF_DSYNC | Syscalls.RWF_SYNC)) != 0 ? "write_sync " : "write ";
    note(verb + name + " " + position + " " + length + " " + fill(data, at));
  }

  /** One byte for all, or all of them up to the zeroes at the end. */
  private static String fill(byte[] data, int at) {
    int end = data.length;
    boolean same = true;
    for (int i = at + 1; i < end && same; i++) {
      same = data[i] == data[at];
    }
    if (same) {
      return end == at ? "0" : Integer.toString(data[at] & 0xff);
    }
    while (end > at + 1 && data[end - 1] == 0) {
      end--;
    }
    return "hex:" + HexFormat.of().formatHex(data, at, end);
  }

  @Override
  public void range(String name, Syscalls.RangeIoctl what, long start, long length) {
    String verb =
        switch (what) {
          case DISCARD -> "discard ";
          case SECURE_DISCARD -> "secure_discard ";
          case ZEROOUT -> "zeroout ";
        };
    note(verb + name + " " + start + " " + length);
  }

  @Override
  public void ioctl(Command command, byte[] in) {
    String line = line(command, new DmIoctlStruct(in));
    if (line != null) {
      note(line);
    }
  }

  private String line(Command command, DmIoctlStruct s) {
    String name = nameOf(s);
    int flags = s.flags();
    String how =
        ((flags & DmReply.NOFLUSH) != 0 ? " noflush" : "")
            + ((flags & DmReply.SKIP_LOCKFS) != 0 ? " nolockfs" : "");
    String deferred = (flags & DmReply.DEFERRED_REMOVE) != 0 ? " deferred" : "";
    int data = s.dataStart();
    boolean hasData = data >= DmIoctlStruct.MINIMUM && data < s.bytes().length;
    return switch (command) {
      case REMOVE_ALL -> "remove_all";
      case DEV_CREATE -> "create " + name + (s.uuid().isEmpty() ? "" : " " + s.uuid());
      case DEV_REMOVE -> "remove " + name + deferred;
      case DEV_RENAME ->
          hasData
              ? ((flags & DmReply.UUID) != 0 ? "set_uuid " : "rename ")
                  + name
                  + " "
                  + text(s.bytes(), data)
              : null;
      case DEV_SUSPEND -> ((flags & DmReply.SUSPEND) != 0 ? "suspend " : "resume ") + name + how;
      case TABLE_LOAD ->
          ((flags & DmReply.READONLY) != 0 ? "load_ro " : "load ") + name + " " + table(s);
      case TABLE_CLEAR -> "clear " + name;
      case TARGET_MSG ->
          hasData && data + 8 < s.bytes().length
              ? "message "
                  + name
                  + " "
                  + Long.toUnsignedString(longAt(s.bytes(), data))
                  + " "
                  + text(s.bytes(), data + 8)
              : null;
      case DEV_SET_GEOMETRY -> hasData ? "geometry " + name + " " + text(s.bytes(), data) : null;
      default -> null;
    };
  }

  /** The name by which a script finds it, whatever the program asked by. */
  private String nameOf(DmIoctlStruct s) {
    return !s.name().isEmpty()
        ? s.name()
        : numbers.apply(
            !s.uuid().isEmpty() ? "uuid " + s.uuid() : "dev " + DmIoctlStruct.minor(s.dev()));
  }

  private String table(DmIoctlStruct s) {
    StringBuilder t = new StringBuilder();
    int at = s.dataStart();
    byte[] b = s.bytes();
    for (int i = 0; i < s.targetCount() && at > 0 && at + DmIoctlStruct.SPEC_SIZE < b.length; i++) {
      String[] words = text(b, at + DmIoctlStruct.SPEC_SIZE).trim().split(" +");
      for (int w = 0; w < words.length; w++) {
        words[w] = words[w].startsWith("/") ? numbers.apply(words[w]) : words[w];
      }
      t.append(t.isEmpty() ? "" : " ; ")
          .append(Long.toUnsignedString(longAt(b, at)))
          .append(' ')
          .append(Long.toUnsignedString(longAt(b, at + 8)))
          .append(' ')
          .append(text(b, at + 24));
      String params = String.join(" ", words);
      t.append(params.isEmpty() ? "" : " " + params);
      int next =
          java.nio.ByteBuffer.wrap(b).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt(at + 20);
      at += next;
    }
    return t.toString();
  }

  private static long longAt(byte[] b, int at) {
    return java.nio.ByteBuffer.wrap(b).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong(at);
  }

  private static String text(byte[] b, int at) {
    int end = at;
    while (end < b.length && b[end] != 0) {
      end++;
    }
    return new String(b, at, end - at, StandardCharsets.ISO_8859_1);
  }

  // ---- the script ------------------------------------------------------------------------------

  /** The script of all that was recorded. */
  String script() {
    StringBuilder s = new StringBuilder(head);
    List<Entry> cluster = new ArrayList<>();
    int end = -1;
    for (Entry e : entries) {
      if (!cluster.isEmpty() && e.begin > end) {
        write(s, cluster);
        cluster.clear();
        end = -1;
      }
      cluster.add(e);
      end = Math.max(end, e.end);
    }
    write(s, cluster);
    return s.toString();
  }

  /** What overlapped: one task's commands at the left edge, those of several as tasks. */
  private void write(StringBuilder s, List<Entry> cluster) {
    Map<Task, List<Entry>> byTask = new LinkedHashMap<>();
    for (Entry e : cluster) {
      if (e.command != null) {
        byTask.computeIfAbsent(e.task, t -> new ArrayList<>()).add(e);
      }
    }
    boolean alone = byTask.size() < 2;
    byTask.forEach(
        (task, list) -> {
          String indent = alone ? "" : "  ";
          if (!alone) {
            s.append("task ").append(unique(task.name())).append(":\n");
          }
          for (Entry e : list) {
            boolean open = !alone && e.expected == null;
            s.append(indent).append(e.command).append(open ? MAY_FAIL : "").append('\n');
            if (e.expected != null) {
              s.append(indent).append("expect ").append(e.expected).append('\n');
            }
          }
        });
  }

  private String unique(String comm) {
    String plain = comm.replaceAll("[^A-Za-z0-9_.-]", "_");
    int n = names.merge(plain, 1, Integer::sum);
    if (n == 1) {
      return plain;
    }
    String suffix = "-" + n;
    return plain.substring(0, Math.min(plain.length(), MAX_COMM - suffix.length())) + suffix;
  }
}
