package org.dmsim.scenarios.run;

import java.nio.file.Path;
import java.util.List;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Gendisk;
import org.dmsim.block.device.Sysfs;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.targets.TargetType;
import org.dmsim.dm.targets.TargetTypes;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Task;
import org.dmsim.memory.Memory;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.Step;
import org.dmsim.scenarios.script.Verb;

/** The modelled kernel's answers: system calls on block devices, ioctls of device mapper. */
public final class KernelCommands implements Commands {

  private final Machine machine;
  private final BlockIo io;
  private final Medium medium;
  private final DmCommands dm;
  private final DeviceNames names;

  private KernelCommands(Machine machine) {
    this.machine = machine;
    this.names = new DeviceNames(machine);
    this.dm = new DmCommands(machine, names);
    this.io = new BlockIo(names::find);
    this.medium = new Medium(names::find);
  }

  /** Gives a machine the disks and module parameters of a script. */
  static KernelCommands boot(Script script, Machine machine) {
    machine.boot(
        () -> {
          MachineDisks.add(BlockLayer.of(machine), script.disks());
          removable(script, machine);
          Long reserved = script.header().parameters().get("dm_mod.reserved_bio_based_ios");
          if (reserved != null) {
            DmCore.of(machine).setReservedBioBasedIos(reserved.intValue());
          }
        });
    return new KernelCommands(machine);
  }

  /** Disks that the script takes away are those whose holders are looked after. */
  private static void removable(Script script, Machine machine) {
    script.steps().stream()
        .filter(s -> s.verb() == Verb.UNPLUG)
        .map(s -> new DeviceNames(machine).find(s.arg(0)))
        .filter(d -> d != null)
        .map(BlockDevice::disk)
        .distinct()
        .forEach(Gendisk::setRemovable);
  }

  /**
   * Takes tables as they stand: a recorded case may ask what the kernel says to a name.
   *
   * @param images where the files of {@code image} are
   */
  void recorded(Path images) {
    dm.recorded();
    medium.imagesIn(images);
  }

  @Override
  public List<String> devices() {
    return names.all();
  }

  /** The names of the target types that there are. */
  public static List<String> targetTypes() {
    return TargetTypes.registered().all().stream().map(TargetType::name).toList();
  }

  @Override
  public List<String> answer(Step step) {
    return switch (step.verb()) {
      case OPEN -> List.of(io.open(step.arg(0), step.has("excl")));
      case CLOSE -> List.of(io.close(step.arg(0)));
      case LIMITS -> List.of(limits(step.arg(0)));
      case MEMORY -> List.of(memory(step));
      case UNPLUG -> List.of(unplug(step.arg(0)));
      case ADDKEY -> List.of(Errno.name(Errno.ENOSYS)); // the kernel has no CONFIG_KEYS
      default -> {
        if (step.verb().isOfMedium()) {
          yield medium.perform(step);
        }
        yield step.verb().isIo() ? List.of(io.perform(step)) : dm.answer(step);
      }
    };
  }

  private String memory(Step step) {
    Task task = Task.current();
    Memory.of(machine).failFor(task, step.arg(0).equals("short"));
    if (!step.arg(1).isEmpty()) {
      machine.daemonAlarm(
          machine.now() + step.number(1), () -> Memory.of(machine).failFor(task, false));
    }
    return "ok";
  }

  private String unplug(String name) {
    BlockDevice device = names.find(name);
    if (device == null || device.major() == DmCore.MAJOR) {
      return Errno.name(Errno.ENODEV);
    }
    device.disk().delete();
    return "ok";
  }

  /** A device that has no disk under /sys/block yet has no limits to show. */
  private String limits(String name) {
    BlockDevice device = names.find(name);
    return Sysfs.limits(device == null ? null : device.disk());
  }
}
