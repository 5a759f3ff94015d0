package org.dmsim.explore;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.dmsim.machine.Access;

/**
 * What a search has learnt about its program while it ran it, and which decides what counts as
 * dependent: the objects that somebody waits for, whether alarms are ever due, and whether CPUs
 * matter.
 *
 * <p>Some of it may come too late. Then steps are noted that would be noted otherwise by now, and
 * the search has to start {@linkplain #isTooLate again}.
 */
final class Learned {

  private static final int WRITE = Access.WRITE.ordinal();
  private static final int ADD = Access.ADD.ordinal();

  final ObjectTable objects;

  private boolean[] awaited = new boolean[64];
  private boolean[] added = new boolean[64];
  private boolean[] ordered = new boolean[64];
  private boolean additionsCommute = true;

  /** So many sets of additions are tried behind a wait; where there are more, they are ordered. */
  int mostSets = 512;

  private boolean anyWaits;
  private boolean anyAlarms;
  private int cpuLevel;
  private boolean tooLate;
  private int version;
  private int[] additions = new int[16];
  private int additionCount;

  Learned(ObjectTable objects) {
    this.objects = objects;
  }

  /** The same, for another thread. */
  Learned forAnotherThread() {
    Learned l = new Learned(objects.forAnotherThread());
    l.awaited = awaited.clone();
    l.added = added.clone();
    l.ordered = ordered.clone();
    l.additionsCommute = additionsCommute;
    l.mostSets = mostSets;
    l.anyWaits = anyWaits;
    l.anyAlarms = anyAlarms;
    l.cpuLevel = cpuLevel;
    l.version = version;
    return l;
  }

  /** Grows with everything learnt, but for what is added to. */
  int version() {
    return version;
  }

  /** Whether steps noted so far are wrong by what was learnt since. */
  boolean isTooLate() {
    return tooLate;
  }

  /** No step is noted any more. */
  void startAgain() {
    tooLate = false;
  }

  /** Whether a task ever stood before a wait. */
  boolean anyWaits() {
    return anyWaits;
  }

  /** Whether an alarm could ever go off while a task could go on. */
  boolean anyAlarms() {
    return anyAlarms;
  }

  /** 0 where CPUs do not matter, 1 where interrupts come, 2 where tasks have to share CPUs. */
  int cpuLevel() {
    return cpuLevel;
  }

  /** Additions to what somebody waits for are in one order, as far as they do not commute. */
  int kindOf(int what, int access) {
    if (access != ADD) {
      return access;
    }
    if (isAwaited(what) && isOrdered(what)) {
      return WRITE;
    }
    if (what >= added.length) {
      added = Arrays.copyOf(added, Math.max(what + 1, added.length * 2));
    }
    if (!added[what]) {
      added[what] = true;
      if (additionCount == additions.length) {
        additions = Arrays.copyOf(additions, additionCount * 2);
      }
      additions[additionCount++] = what;
    }
    return access;
  }

  /** Makes additions to what somebody waits for one after the other, as other changes are. */
  void orderAdditions() {
    additionsCommute = false;
  }

  /**
   * As {@link #orderAdditions()}, of one object: there are too many sets of additions to it to look
   * at each.
   */
  void orderAdditions(int what) {
    if (what >= ordered.length) {
      ordered = Arrays.copyOf(ordered, Math.max(what + 1, ordered.length * 2));
    }
    if (!ordered[what]) {
      ordered[what] = true;
      version++;
      tooLate = true;
    }
  }

  boolean isAwaited(int what) {
    return what < awaited.length && awaited[what];
  }

  private boolean isOrdered(int what) {
    return !additionsCommute || (what < ordered.length && ordered[what]);
  }

  /** How many objects somebody adds to, as far as is known. */
  int additions() {
    return additionCount;
  }

  /** Those of them that were not known when there were {@code from}. */
  int[] additionsSince(int from) {
    return from == additionCount ? Step.NONE : Arrays.copyOfRange(additions, from, additionCount);
  }

  /** Somebody adds to an object. */
  void adds(int what) {
    kindOf(what, ADD);
  }

  /** Somebody waits, for this object; or for nothing that has a number if that is negative. */
  void await(int what) {
    version += anyWaits ? 0 : 1;
    anyWaits = true;
    if (what >= awaited.length) {
      awaited = Arrays.copyOf(awaited, Math.max(what + 1, awaited.length * 2));
    }
    if (what >= 0 && !awaited[what]) {
      awaited[what] = true;
      version++;
      tooLate |= what < added.length && added[what] && isOrdered(what);
    }
  }

  void alarmIsDue() {
    version += anyAlarms ? 0 : 1;
    anyAlarms = true;
  }

  /**
   * CPUs matter: the steps made on one have one order, and who is on it decides who can go on.
   *
   * @param tasks whether because tasks have to share them, and not only by interrupts
   */
  void cpusMatter(boolean tasks) {
    int level = tasks ? 2 : 1;
    if (cpuLevel < level) {
      cpuLevel = level;
      version++;
      tooLate = true;
    }
  }

  /** Takes over what another search of the same program has learnt, but not its numbers. */
  void takeOver(Learned other) {
    cpuLevel = other.cpuLevel;
    additionsCommute = other.additionsCommute;
    for (int i = 0; i < other.ordered.length; i++) {
      if (other.ordered[i]) {
        orderAdditions(objects.numberOf(other.objects.identity(i)));
      }
    }
    tooLate = false;
    for (int i = 0; i < other.awaited.length; i++) {
      if (other.awaited[i]) {
        await(objects.numberOf(other.objects.identity(i)));
      }
    }
  }

  // ---- stopping, and going on another time -----------------------------------------------------

  Frontier.Known save() {
    List<Long> identities = IntStream.range(0, objects.size()).mapToObj(objects::identity).toList();
    return new Frontier.Known(
        cpuLevel,
        anyAlarms,
        anyWaits,
        identities,
        numbers(awaited),
        numbers(added),
        numbers(ordered),
        additionsCommute);
  }

  void restore(Frontier.Known k) {
    cpuLevel = k.cpuLevel();
    anyAlarms = k.alarms();
    additionsCommute = k.additionsCommute();
    k.objects().forEach(objects::numberOf);
    k.ordered().forEach(this::orderAdditions);
    k.added().forEach(this::adds);
    k.awaited().forEach(this::await);
    anyWaits = k.waits();
    tooLate = false;
  }

  private static List<Integer> numbers(boolean[] set) {
    return IntStream.range(0, set.length).filter(i -> set[i]).boxed().toList();
  }
}
