package org.dmsim.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.context.Sleep;
import org.dmsim.locking.LockGiven;
import org.dmsim.locking.LockTaken;
import org.dmsim.locking.Mutex;
import org.dmsim.locking.RwSemaphore;
import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.GoesOn;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Printed;
import org.dmsim.machine.Reported;
import org.dmsim.machine.TimePasses;
import org.dmsim.machine.Waits;
import org.dmsim.memory.Allocated;
import org.dmsim.memory.Allocation;
import org.dmsim.memory.Freed;
import org.dmsim.memory.KernelMemory;
import org.dmsim.rcu.GracePeriodEnded;
import org.dmsim.rcu.GracePeriodStarted;
import org.dmsim.rcu.Rcu;
import org.dmsim.rcu.SectionClosed;
import org.dmsim.rcu.SectionOpened;
import org.dmsim.srcu.SrcuStruct;
import org.dmsim.strategy.RoundRobin;
import org.junit.jupiter.api.Test;

/** The kernel's parts tell what happens in them, in the order in which it does. */
final class KernelEventsTest {

  private final Machine machine = new Machine(Configuration.standard(), new RoundRobin());
  private final List<String> heard = new ArrayList<>();

  private void run(Runnable body) {
    machine.events().hear(Event.class, e -> heard.add(text(e)));
    machine.spawnKthread("a", body);
    machine.run();
  }

  private static String text(Event e) {
    return switch (e) {
      case LockTaken l -> l.by().name() + " takes " + l.lock().name() + (l.reader() ? " read" : "");
      case LockGiven l -> l.by().name() + " gives " + l.lock().name();
      case SectionOpened s -> s.by().name() + " opens " + s.domain() + " " + s.index();
      case SectionClosed s -> s.by().name() + " closes " + s.domain() + " " + s.index();
      case GracePeriodStarted g -> g.domain() + " starts";
      case GracePeriodEnded g -> g.domain() + " ended";
      case Allocated a -> a.by().name() + " has " + a.object().label();
      case Freed f -> f.by().name() + " frees " + f.object().label();
      case Waits w -> w.by().name() + " waits";
      case GoesOn g -> g.by().name() + " goes on";
      case TimePasses t -> "time " + t.from() + " to " + t.to();
      case Printed p -> p.line();
      case Reported r -> r.report().headline();
      default -> e.toString();
    };
  }

  @Test
  void locks_areTakenAndGiven() {
    Mutex[] mutex = new Mutex[1];
    SpinLock[] spin = new SpinLock[1];
    RwSemaphore[] sem = new RwSemaphore[1];
    machine.boot(
        () -> {
          mutex[0] = new Mutex("m");
          spin[0] = new SpinLock("s");
          sem[0] = new RwSemaphore("rw");
        });
    run(
        () -> {
          mutex[0].lock();
          spin[0].lock();
          spin[0].unlock();
          mutex[0].unlock();
          sem[0].downRead();
          sem[0].upRead();
        });
    assertEquals(
        List.of(
            "a takes m", "a takes s", "a gives s", "a gives m", "a takes rw read", "a gives rw"),
        heard);
  }

  @Test
  void sectionsAndGracePeriods_haveABeginAndAnEnd() {
    SrcuStruct[] srcu = new SrcuStruct[1];
    machine.boot(() -> srcu[0] = new SrcuStruct("d"));
    run(
        () -> {
          Rcu.readLock();
          Rcu.readUnlock();
          int index = srcu[0].readLock();
          srcu[0].readUnlock(index);
          Rcu.synchronize();
          srcu[0].synchronize();
        });
    assertEquals(
        List.of(
            "a opens rcu -1",
            "a closes rcu -1",
            "a opens d 0",
            "a closes d 0",
            "rcu starts",
            "rcu ended",
            "d starts",
            "d ended"),
        heard);
  }

  @Test
  void sleepAndTime_areTold_inOrder() {
    run(() -> Sleep.usleepRange(5_000_000));
    assertEquals(List.of("a waits", "time 0 to 5000000", "a goes on"), heard);
  }

  @Test
  void memoryAndReports_areTold_withWhoActs() {
    run(
        () -> {
          Allocation a = KernelMemory.kmalloc(64, 0);
          a.free();
          a.touch();
        });
    assertEquals("a has kmalloc-64", heard.get(0));
    assertEquals("a frees kmalloc-64", heard.get(1));
    assertEquals(1, heard.stream().filter(h -> h.startsWith("BUG: KASAN: use-after-free")).count());
  }
}
