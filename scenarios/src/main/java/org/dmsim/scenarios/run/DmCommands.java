package org.dmsim.scenarios.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dmsim.block.Errno;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.dm.ioctl.DmReply;
import org.dmsim.dm.ioctl.TableLine;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.machine.Machine;
import org.dmsim.scenarios.script.DeviceForms;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.scenarios.script.Step;
import org.dmsim.scenarios.script.Verb;

/** The commands that are ioctls of device mapper: what dmsetup would do, and how it is written. */
final class DmCommands {

  private final DeviceNames names;
  private final DmIoctl dm;
  private boolean recorded;

  DmCommands(Machine machine, DeviceNames names) {
    this.names = names;
    this.dm = DmIoctl.of(machine);
  }

  /** Takes tables as they stand. */
  void recorded() {
    recorded = true;
  }

  List<String> answer(Step step) {
    String name = step.args().isEmpty() ? "" : mapped(step.arg(0));
    return switch (step.verb()) {
      case CREATE -> device(dm.create(name, step.arg(1)));
      case LOAD, LOAD_RO -> load(step);
      case SUSPEND -> device(dm.suspend(name, step.has("noflush"), step.has("nolockfs")));
      case RESUME -> resume(step, name);
      case CLEAR -> device(dm.clear(name, step.has("inactive")));
      case REMOVE -> {
        boolean deferred = step.has("deferred");
        DmReply r = dm.remove(name, deferred);
        yield deferred ? device(r) : plain(r);
      }
      case REMOVE_ALL -> plain(dm.removeAll(false));
      case RENAME -> plain(dm.rename(name, step.arg(1)));
      case SET_UUID -> plain(dm.setUuid(name, step.arg(1)));
      case INFO -> {
        DmReply r = dm.info(name);
        yield r.ok() ? List.of("ok " + r.device() + " uuid=" + r.uuid()) : plain(r);
      }
      case GEOMETRY -> plain(dm.geometry(name, step.arg(1)));
      case TABLE -> listing(dm.table(name, step.has("inactive")));
      case AWAIT -> listing(dm.status(name, false, true));
      case STATUS -> listing(dm.status(name, step.has("inactive"), step.has("noflush")));
      case DEPS -> deps(dm.deps(name, step.has("inactive")));
      case LIST -> lines("ok", dm.list());
      case TARGETS -> lines("ok", dm.targets());
      case MESSAGE -> message(step);
      default -> throw new IllegalArgumentException("not an ioctl: " + step.text());
    };
  }

  private String mapped(String name) {
    return recorded || !name.startsWith("/dev/mapper/") ? name : DeviceForms.bare(name);
  }

  private List<String> message(Step step) {
    try {
      DmReply r = dm.message(mapped(step.arg(0)), step.number(1), step.arg(2));
      return r.ok() && r.data() != null ? ("ok data=" + r.data()).lines().toList() : plain(r);
    } catch (NotModelledException e) {
      throw notModelled(step, 2, e);
    }
  }

  private List<String> resume(Step step, String name) {
    try {
      return device(dm.resume(name, step.has("noflush"), step.has("nolockfs")));
    } catch (NotModelledException e) {
      throw notModelled(step, 0, e);
    }
  }

  private List<String> load(Step step) {
    Optional<List<TableLine>> lines =
        TableText.parse(recorded ? step.arg(1) : names.inTable(step.arg(1)));
    if (lines.isEmpty()) {
      return List.of("parse");
    }
    try {
      return device(dm.load(mapped(step.arg(0)), step.verb() == Verb.LOAD_RO, lines.get()));
    } catch (NotModelledException e) {
      throw notModelled(step, 1, e);
    }
  }

  private static ScriptError notModelled(Step step, int word, NotModelledException e) {
    ScriptError wrong = new ScriptError(step.places().get(word), e.getMessage());
    wrong.initCause(e);
    return wrong;
  }

  private static List<String> plain(DmReply r) {
    return List.of(r.ok() ? "ok" : Errno.name(r.error()));
  }

  private static List<String> device(DmReply r) {
    return r.ok() ? List.of("ok " + r.device()) : plain(r);
  }

  private static List<String> listing(DmReply r) {
    return r.ok() ? lines("ok " + r.device(), r) : plain(r);
  }

  private static List<String> deps(DmReply r) {
    if (!r.ok()) {
      return plain(r);
    }
    StringBuilder s = new StringBuilder("ok count=").append(r.lines().size());
    r.lines().forEach(d -> s.append(' ').append(d));
    return List.of(s.toString());
  }

  private static List<String> lines(String first, DmReply r) {
    if (!r.ok()) {
      return plain(r);
    }
    List<String> lines = new ArrayList<>();
    lines.add(first);
    lines.addAll(r.lines());
    return lines;
  }
}
