package org.dmsim.scenarios.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.dm.ioctl.DmReply;
import org.dmsim.dm.ioctl.TableLine;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.machine.Machine;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.scenarios.script.Step;
import org.dmsim.scenarios.script.Verb;

/** The commands that are ioctls of device mapper: what dmsetup would do, and how it is written. */
final class DmCommands {

  private final Machine machine;
  private final DmIoctl dm;

  DmCommands(Machine machine) {
    this.machine = machine;
    this.dm = DmIoctl.of(machine);
  }

  /** The block device of a mapped device, found by its node; null if there is none. */
  BlockDevice device(String name) {
    int minor = dm.node(name);
    return minor < 0 ? null : BlockLayer.of(machine).lookup(DmCore.MAJOR, minor);
  }

  List<String> answer(Step step) {
    String name = step.args().isEmpty() ? "" : step.arg(0);
    return switch (step.verb()) {
      case CREATE -> device(dm.create(name, step.arg(1)));
      case LOAD, LOAD_RO -> load(step);
      case SUSPEND -> device(dm.suspend(name, step.has("noflush"), step.has("nolockfs")));
      case RESUME -> device(dm.resume(name, step.has("noflush"), step.has("nolockfs")));
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
      case STATUS -> listing(dm.status(name, step.has("inactive")));
      case DEPS -> deps(dm.deps(name, step.has("inactive")));
      case LIST -> lines("ok", dm.list());
      case TARGETS -> lines("ok", dm.targets());
      case MESSAGE -> message(step);
      default -> throw new IllegalArgumentException("not an ioctl: " + step.text());
    };
  }

  private List<String> message(Step step) {
    try {
      DmReply r = dm.message(step.arg(0), step.number(1), step.arg(2));
      return r.ok() && r.data() != null ? ("ok data=" + r.data()).lines().toList() : plain(r);
    } catch (NotModelledException e) {
      throw new ScriptError(step.places().get(2), e.getMessage());
    }
  }

  private List<String> load(Step step) {
    Optional<List<TableLine>> lines = TableText.parse(step.arg(1));
    if (lines.isEmpty()) {
      return List.of("parse");
    }
    try {
      return device(dm.load(step.arg(0), step.verb() == Verb.LOAD_RO, lines.get()));
    } catch (NotModelledException e) {
      throw new ScriptError(step.places().get(1), e.getMessage());
    }
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
