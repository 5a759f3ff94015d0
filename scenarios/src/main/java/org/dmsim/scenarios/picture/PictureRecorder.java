package org.dmsim.scenarios.picture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmsim.block.bio.BlockEvent;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Cpu;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Observer;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.memory.SlabObject;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.dmsim.scenarios.picture.Picture.Stretch;
import org.dmsim.scenarios.picture.TaskTrack.Stay;

/**
 * Watches one run and remembers what a picture shows of it: which sections and locks a task is
 * inside, what it waits for and for whom, who runs on which CPU, the lives of objects, the ways of
 * bios. It looks at what the machine and its checks know; it changes nothing.
 */
public final class PictureRecorder implements Observer {

  final Machine machine;
  final Map<Task, TaskTrack> tasks = new LinkedHashMap<>();
  final Map<SlabObject, ObjectTrack> objects = new LinkedHashMap<>();
  final Map<Integer, List<Stay>> cpus = new LinkedHashMap<>();
  final List<Wait> waits = new ArrayList<>();
  final List<Use> uses = new ArrayList<>();
  final List<Told> told = new ArrayList<>();
  final List<Bio> bios = new ArrayList<>();
  private final Map<Shared, SlabObject> pointers = new HashMap<>();
  private final List<ObjectTrack> perhapsFreed = new ArrayList<>();
  private Task lastTask;
  private Shared lastObject;
  private Access lastAccess;
  private SlabObject lastSlab;
  private long lastStep;

  /** A task begins to wait for another one. */
  record Wait(Task task, Task holder, long step, Stretch kind) {}

  /** A task uses an object that is freed. */
  record Use(Task task, ObjectTrack object, long step) {}

  /** A report, and who made it. */
  record Told(Report report, Task task) {}

  /** A block event, and the step at which it was seen. */
  record Bio(BlockEvent event, long step) {}

  private PictureRecorder(Machine machine) {
    this.machine = machine;
  }

  /** Watches a machine that has not run yet. */
  public static PictureRecorder of(Machine machine) {
    PictureRecorder recorder = new PictureRecorder(machine);
    machine.observe(recorder);
    return recorder;
  }

  /** Takes note of a block event. */
  public void event(BlockEvent event) {
    bios.add(new Bio(event, machine.step()));
  }

  @Override
  public boolean wantsValues() {
    return true;
  }

  @Override
  public void step(Task task, Shared object, Access access) {
    long number = machine.step();
    before();
    track(task, number).step(number);
    lastTask = task;
    lastObject = object;
    lastAccess = access;
    lastSlab = null;
    lastStep = number;
    touched(object, access);
  }

  @Override
  public void touch(Task task, Shared object, Access access) {
    touched(object, access);
  }

  @Override
  public void value(Task task, Object value) {
    if (task != lastTask || lastObject == null || lastObject instanceof SlabObject) {
      return;
    }
    SlabObject target = value instanceof SlabObject s ? s : null;
    SlabObject before = pointers.get(lastObject);
    if (target == before || target == null && before == null) {
      return;
    }
    long number = machine.step();
    if (before != null) {
      object(before).unpublished(number);
    }
    pointers.put(lastObject, target);
    if (target != null) {
      boolean change = lastAccess == Access.WRITE;
      object(target, change ? number : 0).published(lastObject.label(), change ? number : 0);
    }
  }

  @Override
  public void blocked(Task task, Blocker blocker) {
    before();
    long number = machine.step();
    Stretch kind = isGracePeriod(blocker.waitsFor()) ? Stretch.GP : Stretch.SLEEP;
    track(task, number).sleeps(number, blocker, kind);
    for (Task holder : blocker.holders()) {
      if (holder != task) {
        waits.add(new Wait(task, holder, number, kind));
      }
    }
  }

  private static boolean isGracePeriod(String waitsFor) {
    return waitsFor.contains("grace period") || waitsFor.startsWith("SRCU readers");
  }

  @Override
  public void contextSwitch(Cpu cpu, Task prev, Task next, boolean preempted) {
    long number = machine.step();
    if (prev != null) {
      before();
      TaskTrack track = track(prev, number);
      if (prev.isDone()) {
        track.ends();
      } else if (preempted) {
        track.preempted(number, true);
      }
    }
    List<Stay> runs = cpus.computeIfAbsent(cpu.number(), c -> new ArrayList<>());
    if (!runs.isEmpty() && runs.getLast().to < 0) {
      runs.getLast().to = number;
    }
    if (next != null) {
      runs.add(new Stay(Stretch.RUN, next.name(), null, number));
      track(next, number).preempted(number, false);
    }
  }

  /** The run is over. */
  void finish() {
    before();
    tasks.values().forEach(TaskTrack::ends);
  }

  /** What the step before has brought about, now that it is over. */
  private void before() {
    perhapsFreed.forEach(o -> o.look(lastStep, lastTask));
    perhapsFreed.clear();
    List<Report> reports = machine.reports();
    while (told.size() < reports.size()) {
      Report report = reports.get(told.size());
      told.add(new Told(report, hung(report).orElse(lastTask)));
      if (report.check() == Check.USE_AFTER_FREE && lastSlab != null && lastSlab.isFreed()) {
        uses.add(new Use(lastTask, object(lastSlab), report.step()));
      }
    }
  }

  /** The task that a report of a hang is about. */
  private Optional<Task> hung(Report report) {
    return report.check() == Check.STUCK
        ? tasks.keySet().stream()
            .filter(t -> report.headline().contains(" " + t.comm() + ":" + t.pid() + " "))
            .findFirst()
        : Optional.empty();
  }

  private void touched(Shared object, Access access) {
    if (object instanceof SlabObject slab) {
      lastSlab = slab;
      ObjectTrack track = object(slab);
      if (access == Access.WRITE) {
        perhapsFreed.add(track);
      }
    }
  }

  private TaskTrack track(Task task, long number) {
    return tasks.computeIfAbsent(task, t -> new TaskTrack(t, number));
  }

  private ObjectTrack object(SlabObject slab) {
    return object(slab, machine.step());
  }

  private ObjectTrack object(SlabObject slab, long since) {
    return objects.computeIfAbsent(slab, o -> new ObjectTrack(o, since));
  }
}
