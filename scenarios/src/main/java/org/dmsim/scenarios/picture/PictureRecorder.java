package org.dmsim.scenarios.picture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BlockEvent;
import org.dmsim.locking.LockGiven;
import org.dmsim.locking.LockTaken;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Cpu;
import org.dmsim.machine.GoesOn;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Observer;
import org.dmsim.machine.Reported;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.machine.Waits;
import org.dmsim.memory.Allocated;
import org.dmsim.memory.Freed;
import org.dmsim.memory.SlabObject;
import org.dmsim.rcu.GracePeriodEnded;
import org.dmsim.rcu.GracePeriodStarted;
import org.dmsim.rcu.SectionClosed;
import org.dmsim.rcu.SectionOpened;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.dmsim.scenarios.picture.Picture.Count;
import org.dmsim.scenarios.picture.Picture.Stretch;
import org.dmsim.scenarios.run.CommandBegins;
import org.dmsim.trace.Events;
import org.dmsim.workqueue.WorkMoves;

/**
 * Listens to one run and remembers what a picture shows of it: which sections and locks a task is
 * inside, what it waits for and for whom, grace periods, who runs on which CPU, the lives of
 * objects, the ways of bios. Steps, which pointers lead where and who has which CPU it is told as
 * an observer; all else are events. It changes nothing.
 *
 * <p>Of a long run it forgets what was over {@value #WINDOW} steps ago.
 */
final class PictureRecorder implements Observer {

  /** Steps that are remembered at least. */
  static final int WINDOW = 50_000;

  final Machine machine;
  final Map<Task, TaskTrack> tasks = new LinkedHashMap<>();
  final Map<SlabObject, ObjectTrack> objects = new LinkedHashMap<>();
  final CpuTracks cpus;
  final List<GraceTrack> graces = new ArrayList<>();
  final Map<Integer, BioTrack> bios = new LinkedHashMap<>();
  final List<Wait> waits = new ArrayList<>();
  final WakeUps wakes = new WakeUps();
  final QueueTrack.All queues = new QueueTrack.All();
  final List<Use> uses = new ArrayList<>();
  final List<Told> told = new ArrayList<>();
  final List<Command> commands = new ArrayList<>();
  final List<Count> live = new ArrayList<>();
  long oldest;
  private final Map<Shared, SlabObject> pointers = new HashMap<>();
  private final Map<Bio, Long> memory = new HashMap<>();
  private Task lastTask;
  private Shared lastObject;
  private Access lastAccess;
  private SlabObject lastSlab;

  /** A task begins to wait for another one; {@code blocker} is what it waits for, in words. */
  record Wait(Task task, Task holder, long step, String blocker, boolean grace) {}

  /** A task uses an object that is freed. */
  record Use(Task task, ObjectTrack object, long step) {}

  /** A report, and who made it. */
  record Told(Report report, Task task) {}

  /** A task begins a command. */
  record Command(Task task, String text, long step) {}

  private PictureRecorder(Machine machine) {
    this.machine = machine;
    cpus = new CpuTracks(machine, this::track);
  }

  /** Listens to a machine that has not run yet. */
  static PictureRecorder of(Machine machine) {
    PictureRecorder r = new PictureRecorder(machine);
    machine.observe(r);
    Events events = machine.events();
    events.hear(SectionOpened.class, r::opened);
    events.hear(
        SectionClosed.class, e -> r.closes(e.by(), e.domain() + ' ' + e.index(), machine.step()));
    events.hear(LockTaken.class, r::taken);
    events.hear(LockGiven.class, e -> r.closes(e.by(), e.lock(), machine.step()));
    events.hear(GracePeriodStarted.class, r::started);
    events.hear(GracePeriodEnded.class, r::ended);
    events.hear(Allocated.class, r::allocated);
    events.hear(Freed.class, r::freed);
    events.hear(Waits.class, e -> r.waits(e.by(), e.on()));
    events.hear(GoesOn.class, e -> r.goesOn(e.by()));
    events.hear(Reported.class, e -> r.reported(e.by(), e.report()));
    events.hear(CommandBegins.class, r::begins);
    events.hear(WorkMoves.class, e -> r.queues.hear(e, machine.step()));
    events.hear(BlockEvent.class, r::event);
    return r;
  }

  // ---- sections, locks, waits ------------------------------------------------------------------

  private void opened(SectionOpened e) {
    boolean rcu = e.domain().startsWith(SectionOpened.RCU) && e.index() < 0;
    String label =
        rcu
            ? e.domain().replace(SectionOpened.RCU, "rcu_read_lock")
            : "srcu_read_lock " + e.domain() + ", index " + e.index();
    track(e.by())
        .opens(
            rcu ? Stretch.RCU : Stretch.SRCU, label, e.domain() + ' ' + e.index(), machine.step());
  }

  private void taken(LockTaken e) {
    String label = e.lock().name() + (e.reader() ? " (read)" : "");
    track(e.by()).opens(Stretch.LOCK, label, e.lock(), machine.step());
  }

  /** Whoever opened it: a section may be closed by another context. */
  private void closes(Task by, Object key, long step) {
    if (!track(by).closes(key, step)) {
      for (TaskTrack other : tasks.values()) {
        if (other.closes(key, step)) {
          return;
        }
      }
    }
  }

  private void waits(Task task, Blocker on) {
    long number = machine.step();
    String waitsFor = on.waitsFor();
    GraceTrack grace = graceOf(task, waitsFor);
    wakes.sleeps(task);
    if (!(task.isDaemon() && waitsFor.equals("work"))) { // a worker without work is no news
      track(task).sleeps(number, waitsFor, grace == null ? Stretch.SLEEP : Stretch.GP);
    }
    for (Task holder : on.holders()) {
      if (grace != null) {
        grace.waitsFor(holder, number);
      }
      if (holder != task) {
        waits.add(new Wait(task, holder, number, waitsFor, grace != null));
      }
    }
  }

  /** The grace period that a task runs, and now waits for. */
  private GraceTrack graceOf(Task task, String waitsFor) {
    if (!waitsFor.equals("an RCU grace period") && !waitsFor.startsWith("SRCU readers")) {
      return null;
    }
    return graces.reversed().stream()
        .filter(g -> g.to < 0 && g.runner == task)
        .findFirst()
        .orElse(null);
  }

  private void goesOn(Task task) {
    track(task).goesOn(machine.step());
    wakes.goesOn(task, machine.step());
  }

  private void started(GracePeriodStarted e) {
    GraceTrack g = new GraceTrack(e.domain(), e.by(), machine.step());
    e.readers().forEach(r -> g.waitsFor(r, machine.step()));
    graces.add(g);
  }

  private void ended(GracePeriodEnded e) {
    graces.stream()
        .filter(g -> g.to < 0 && g.runner == e.by() && g.domain.equals(e.domain()))
        .findFirst()
        .ifPresent(g -> g.to = machine.step());
  }

  private void begins(CommandBegins e) {
    track(e.by());
    commands.add(new Command(e.by(), e.text(), machine.step()));
  }

  // ---- memory ----------------------------------------------------------------------------------

  private void allocated(Allocated e) {
    counts(1);
    if (e.object() instanceof Bio bio) {
      memory.put(bio, machine.step());
    } else if (e.object() instanceof SlabObject slab) {
      objects.putIfAbsent(slab, new ObjectTrack(slab, machine.step(), true));
    }
  }

  private void freed(Freed e) {
    counts(-1);
    if (e.object() instanceof Bio bio) {
      Long since = memory.remove(bio);
      BioTrack way = bios.get(bio.way());
      if (since != null && way != null) {
        way.memory(words(bio), since, machine.step());
      }
    }
    if (e.object() instanceof SlabObject slab) {
      object(slab).freed(machine.step(), e.by());
    }
  }

  private static String words(Bio bio) {
    return bio.cache().equals("stack") ? "on a stack" : "allocated: " + bio.cache();
  }

  private void counts(int more) {
    long step = machine.step();
    long now = (live.isEmpty() ? 0 : live.getLast().number()) + more;
    if (!live.isEmpty() && live.getLast().step() == step) {
      live.removeLast();
    }
    live.add(new Count(step, now));
  }

  private void event(BlockEvent e) {
    bios.computeIfAbsent(e.way(), BioTrack::new).event(e, machine.step());
  }

  private void reported(Task by, Report report) {
    Task task = hung(report).orElse(by == null ? lastTask : by);
    told.add(new Told(report, task));
    if (report.check() == Check.USE_AFTER_FREE && lastSlab != null && lastSlab.isFreed()) {
      uses.add(new Use(task, object(lastSlab), report.step()));
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

  // ---- as an observer --------------------------------------------------------------------------

  @Override
  public boolean wantsValues() {
    return true;
  }

  @Override
  public void step(Task task, Shared object, Access access) {
    long number = machine.step();
    track(task).preempted(number, false);
    cpus.look(number);
    wakes.touches(task, object, access, number);
    lastTask = task;
    lastObject = object;
    lastAccess = access;
    lastSlab = object instanceof SlabObject slab ? slab : null;
    if (number - oldest >= 2L * WINDOW) {
      forget(number - WINDOW);
    }
  }

  @Override
  public void touch(Task task, Shared object, Access access) {
    wakes.touches(task, object, access, machine.step());
    if (object instanceof SlabObject slab) {
      lastSlab = slab;
    }
  }

  @Override
  public void value(Task task, Object value) {
    if (task != lastTask || lastObject == null || lastObject instanceof SlabObject) {
      return;
    }
    SlabObject target = value instanceof SlabObject s ? s : null;
    SlabObject before = pointers.get(lastObject);
    long number = machine.step();
    if (target != null) {
      object(target).findings.put(task, new ObjectTrack.Finding(lastObject.label(), number));
    }
    if (target == before) {
      return;
    }
    if (before != null) {
      object(before).unpublished(number);
    }
    pointers.put(lastObject, target);
    if (target != null) {
      boolean change = lastAccess == Access.WRITE;
      object(target).published(lastObject.label(), change ? number : 0);
    }
  }

  @Override
  public void contextSwitch(Cpu cpu, Task prev, Task next, boolean preempted) {
    long number = machine.step();
    if (prev != null && preempted && !prev.isDone()) {
      track(prev).preempted(number, true);
    }
    if (next != null) {
      track(next).preempted(number, false);
    }
  }

  // ---- what is kept ----------------------------------------------------------------------------

  private void forget(long before) {
    oldest = before;
    tasks.values().removeIf(t -> t.task.isDone() && t.isQuietSince(before));
    tasks.values().forEach(t -> t.forget(before));
    cpus.forget(before);
    wakes.forget(before);
    queues.forget(before);
    graces.removeIf(g -> g.to >= 0 && g.to < before);
    waits.removeIf(w -> w.step() < before);
    commands.removeIf(c -> c.step() < before);
    live.removeIf(c -> c.step() < before && c != live.getLast());
    bios.values().removeIf(b -> b.last() < before);
    memory.keySet().removeIf(b -> b.isFreed());
    pointers.values().removeIf(SlabObject::isFreed);
    objects
        .values()
        .removeIf(
            o ->
                o.freed() >= 0
                    && o.freed() < before
                    && uses.stream().noneMatch(u -> u.object() == o));
    objects.values().forEach(o -> o.findings.keySet().removeIf(Task::isDone));
  }

  /** The run is over. */
  void finish() {
    cpus.look(machine.step() + 1);
    for (Map.Entry<Bio, Long> left : memory.entrySet()) {
      BioTrack way = bios.get(left.getKey().way());
      if (way != null) {
        way.memory(words(left.getKey()), left.getValue(), -1);
      }
    }
    memory.clear();
  }

  TaskTrack track(Task task) {
    return tasks.computeIfAbsent(task, TaskTrack::new);
  }

  private ObjectTrack object(SlabObject slab) {
    return objects.computeIfAbsent(slab, o -> new ObjectTrack(o, 0, false));
  }
}
