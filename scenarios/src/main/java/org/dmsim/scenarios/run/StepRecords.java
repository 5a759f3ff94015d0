package org.dmsim.scenarios.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.block.bio.BlockEvent;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Printed;
import org.dmsim.machine.Task;
import org.dmsim.scenarios.script.Step;
import org.dmsim.scenarios.script.Verb;

/**
 * Files block events and lines of the kernel log under the command that they belong to.
 *
 * <p>While one task alone makes commands, all that happens belongs to its command, as in the
 * recorded cases: events to I/O commands and {@code join}. Where several tasks run together, an
 * event belongs to the task whose bio it is about, and a line of the log to the task that wrote it;
 * what a worker does on its own account is filed under the worker's name. None of it is lost.
 */
final class StepRecords {

  private final List<BlockEvent> heard = new ArrayList<>();
  private final List<Printed> printed = new ArrayList<>();
  private final Map<Integer, String> owners = new HashMap<>();
  private final Map<String, List<String>> events = new HashMap<>();
  private final Map<String, List<String>> logs = new HashMap<>();
  private final Map<String, List<String>> others = new LinkedHashMap<>();
  private final List<Runnable> stops;
  private boolean several;
  private boolean muted;

  /** Hears what happens on a machine from now on; what its log got before is the first task's. */
  StepRecords(Machine machine) {
    printed.addAll(machine.printed());
    stops =
        List.of(
            machine.events().hear(BlockEvent.class, heard::add),
            machine.events().hear(Printed.class, printed::add));
  }

  /** The script has ended; what comes now belongs to none of its commands. */
  void stop() {
    stops.forEach(Runnable::run);
  }

  /** Several tasks make commands from here on; or one. */
  void together(boolean on) {
    several = on;
  }

  /** No events are told from here on; or again. */
  void mute(boolean on) {
    muted = on;
  }

  /** Whether no events are told. */
  boolean muted() {
    return muted;
  }

  /** Block events so far belong to no command. */
  void forgetEvents() {
    heard.clear();
  }

  /** What {@code t} does is done for a task of the script. */
  void owns(String task, Task t) {
    owners.put(t.pid(), task);
  }

  /** The events of a task's command that has just been answered. */
  List<String> of(String task, Step step) {
    if (several) {
      gather();
      List<String> own = taken(events, task);
      return muted || step.verb().isOfMedium() ? List.of() : own;
    }
    List<String> lines = new ArrayList<>();
    if (muted) {
      forgetEvents();
    } else if (step.verb().isIo() || step.verb() == Verb.JOIN) {
      heard.forEach(e -> lines.add(line(e)));
      forgetEvents();
    }
    return lines;
  }

  /** What the kernel's log got since a task's command before. */
  List<String> log(String task) {
    if (several) {
      gather();
      return taken(logs, task);
    }
    List<String> lines = new ArrayList<>();
    printed.forEach(p -> lines.add(line(p)));
    printed.clear();
    return lines;
  }

  /** What others did on their own account since this was asked last; by name. */
  Map<String, List<String>> ofOthers() {
    if (!several) {
      return Map.of();
    }
    gather();
    Map<String, List<String>> told = new LinkedHashMap<>(others);
    others.clear();
    return told;
  }

  private void gather() {
    for (BlockEvent e : heard) {
      String owner = owners.get(e.issuer());
      if (owner != null || !muted) {
        file(events, owner, e.comm(), line(e));
      }
    }
    forgetEvents();
    for (Printed p : printed) {
      Task by = p.by();
      String owner = by == null ? null : owners.get(by.pid());
      file(logs, owner, by == null ? "kernel" : by.name(), line(p));
    }
    printed.clear();
  }

  private void file(Map<String, List<String>> where, String owner, String other, String line) {
    if (owner == null) {
      others.computeIfAbsent(other, n -> new ArrayList<>()).add(line);
    } else {
      where.computeIfAbsent(owner, n -> new ArrayList<>()).add(line);
    }
  }

  private static List<String> taken(Map<String, List<String>> from, String task) {
    List<String> lines = from.remove(task);
    return lines == null ? List.of() : lines;
  }

  private static String line(BlockEvent e) {
    return "ev: " + e.line();
  }

  private static String line(Printed p) {
    return "log: " + p.line().replace("\n", "\\x0a"); // as /dev/kmsg does
  }
}
