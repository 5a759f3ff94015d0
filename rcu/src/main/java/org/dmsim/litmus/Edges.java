package org.dmsim.litmus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dmsim.litmus.event.Event;
import org.dmsim.litmus.event.Event.Mark;
import org.dmsim.litmus.lang.LitmusTest;
import org.dmsim.litmus.lkmm.Candidate;
import org.dmsim.litmus.lkmm.Skeleton;

/**
 * Chooses, for given ways of the threads, who reads from whom and in which order the writes to each
 * variable reach memory. First the reads of variables, by value; then the holders of each lock in
 * turn; then the writes of variables; last what SRCU's readers write, which is seldom decisive.
 */
final class Edges {
  private static final int UNCHOSEN = -2;
  private static final int INITIAL = -1;

  private final LitmusTest test;
  private final Skeleton skeleton;
  private final Hope hope;
  private final Judge judge;
  private final int[] source;
  private final int[] order;
  private final Long[] last;
  private final List<Choice> choices = new ArrayList<>();

  /** Whether what is wanted can still be reached. */
  interface Hope {
    boolean left(int[] source, int[] order, Long[] last);
  }

  /** What comes of a judgement. */
  enum Next {
    /** This and all that it grows into. */
    FORBIDDEN,
    GO_ON,
    STOP
  }

  /** Judges a candidate: a part of one while {@code last} is null, else a whole one. */
  interface Judge {
    Next judge(Candidate candidate, Long[] last);
  }

  /** One thing to choose; goes on with the next choice for each possibility, until told to stop. */
  private interface Choice {
    boolean each(int number);
  }

  Edges(LitmusTest test, Skeleton skeleton, Hope hope, Judge judge) {
    this.test = test;
    this.skeleton = skeleton;
    this.hope = hope;
    this.judge = judge;
    source = new int[skeleton.size()];
    order = new int[skeleton.size()];
    Arrays.fill(source, UNCHOSEN);
    Arrays.fill(order, -1);
    last = new Long[test.locations().size()];
  }

  /** Tries all; false if it was told to stop. */
  boolean run() {
    if (!reads(false) || !lockReads()) {
      return true;
    }
    choices.add(this::partly);
    for (int location = 0; location < last.length; location++) {
      writes(location, false);
    }
    if (hasSrcu()) {
      choices.add(this::partly);
      reads(true);
      for (int location = 0; location < last.length; location++) {
        writes(location, true);
      }
    }
    return next(-1);
  }

  private boolean next(int number) {
    if (number + 1 < choices.size()) {
      return choices.get(number + 1).each(number + 1);
    }
    Candidate candidate = Candidate.of(skeleton, source, order);
    return judge.judge(candidate, last) != Next.STOP;
  }

  private boolean partly(int number) {
    if (choices.size() == number + 1) {
      return next(number);
    }
    return switch (judge.judge(Candidate.of(skeleton, source, order), null)) {
      case FORBIDDEN -> true;
      case GO_ON -> next(number);
      case STOP -> false;
    };
  }

  private boolean hasSrcu() {
    for (int i = 0; i < skeleton.size(); i++) {
      if (isSrcu(i)) {
        return true;
      }
    }
    return false;
  }

  private boolean isSrcu(int event) {
    Mark mark = skeleton.event(event).mark();
    return mark == Mark.SRCU_LOCK || mark == Mark.SRCU_UNLOCK;
  }

  // --- reads of variables

  /** Adds a choice for each read; false if one has nothing to read from. */
  private boolean reads(boolean srcu) {
    List<Integer> reads = new ArrayList<>();
    for (int r = 0; r < skeleton.size(); r++) {
      Event event = skeleton.event(r);
      if (event.reads() && !event.mark().ofLock() && isSrcu(r) == srcu) {
        reads.add(r);
      }
    }
    boolean several = false;
    for (int r : reads) {
      int[] writes = sources(r);
      if (writes.length == 0) {
        return false;
      }
      if (writes.length == 1) {
        source[r] = writes[0];
      } else {
        if (several) {
          choices.add(this::partly);
        }
        several = true;
        choices.add(number -> eachSource(number, r, writes));
      }
    }
    return true;
  }

  private boolean eachSource(int number, int read, int[] writes) {
    for (int write : writes) {
      if (overwrittenByAnother(read, write)) {
        continue;
      }
      source[read] = write;
      if (!next(number)) {
        return false;
      }
    }
    source[read] = UNCHOSEN;
    return true;
  }

  /** Whether two read-modify-writes would read the same write: one would come between. */
  private boolean overwrittenByAnother(int read, int write) {
    if (!skeleton.modifies(read)) {
      return false;
    }
    int location = skeleton.event(read).location();
    for (int other = 0; other < skeleton.size(); other++) {
      if (other != read
          && source[other] == write
          && skeleton.event(other).location() == location
          && skeleton.modifies(other)) {
        return true;
      }
    }
    return false;
  }

  private int[] sources(int read) {
    Event event = skeleton.event(read);
    List<Integer> found = new ArrayList<>();
    int own = -1;
    for (int w = 0; w < read; w++) {
      if (skeleton.before(w, read) && writesTo(w, event.location())) {
        own = w;
      }
    }
    if (own < 0 && test.initial().get(event.location()) == event.value()) {
      found.add(INITIAL);
    }
    for (int w = 0; w < skeleton.size(); w++) {
      boolean mine = skeleton.thread(w) == skeleton.thread(read);
      if (writesTo(w, event.location())
          && skeleton.event(w).value() == event.value()
          && (!mine || w == own)) {
        found.add(w);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  private boolean writesTo(int event, int location) {
    return skeleton.event(event).writes() && skeleton.event(event).location() == location;
  }

  // --- locks

  /** Adds choices for each lock's holders; false if nobody could have read what was read. */
  private boolean lockReads() {
    for (int location = 0; location < last.length; location++) {
      List<int[]> sections = sections(location);
      if (sections == null) {
        return false;
      }
      if (!sections.isEmpty()) {
        int lock = location;
        if (sections.size() > 1) {
          choices.add(this::partly);
        }
        choices.add(number -> holders(number, lock, sections, new boolean[sections.size()], 0, -1));
      }
      if (!testsOfLock(location, sections)) {
        return false;
      }
    }
    return true;
  }

  /** Each section's read, write and unlock; -1 for one that is never unlocked; null: impossible. */
  private List<int[]> sections(int location) {
    List<int[]> sections = new ArrayList<>();
    int open = 0;
    for (int i = 0; i < skeleton.size(); i++) {
      Event event = skeleton.event(i);
      if (event.location() != location || event.mark() != Mark.LOCK_WRITE) {
        continue;
      }
      int unlock = -1;
      for (int j = i + 1; j < skeleton.size() && unlock < 0; j++) {
        if (skeleton.before(i, j) && skeleton.event(j).location() == location) {
          if (skeleton.event(j).mark() == Mark.LOCK_WRITE) {
            return null;
          }
          if (skeleton.event(j).mark() == Mark.UNLOCK) {
            unlock = j;
          }
        }
      }
      open += unlock < 0 ? 1 : 0;
      sections.add(new int[] {i - 1, i, unlock});
    }
    return open > 1 ? null : sections;
  }

  private boolean holders(
      int number, int location, List<int[]> sections, boolean[] placed, int place, int before) {
    if (place == sections.size()) {
      last[location] = before >= 0 && skeleton.event(before).mark() == Mark.UNLOCK ? 0L : 1L;
      return hope.left(source, order, last) ? next(number) : true;
    }
    for (int i = 0; i < sections.size(); i++) {
      int[] section = sections.get(i);
      boolean lastOnly = section[2] < 0 && place < sections.size() - 1;
      if (placed[i] || lastOnly || afterUnplaced(sections, placed, i)) {
        continue;
      }
      placed[i] = true;
      source[section[0]] = before < 0 ? INITIAL : before;
      order[section[1]] = 2 * place;
      if (section[2] >= 0) {
        order[section[2]] = 2 * place + 1;
      }
      boolean possible =
          place == 0
              || place == sections.size() - 1
              || judge.judge(Candidate.of(skeleton, source, order), null) == Next.GO_ON;
      int end = section[2] >= 0 ? section[2] : section[1];
      if (possible && !holders(number, location, sections, placed, place + 1, end)) {
        return false;
      }
      placed[i] = false;
      source[section[0]] = UNCHOSEN;
      order[section[1]] = -1;
      if (section[2] >= 0) {
        order[section[2]] = -1;
      }
    }
    return true;
  }

  private boolean afterUnplaced(List<int[]> sections, boolean[] placed, int i) {
    for (int j = 0; j < sections.size(); j++) {
      if (!placed[j] && skeleton.before(sections.get(j)[1], sections.get(i)[1])) {
        return true;
      }
    }
    return false;
  }

  /** Adds choices for the trylocks that fail and the questions whether a lock is held. */
  private boolean testsOfLock(int location, List<int[]> sections) {
    for (int r = 0; r < skeleton.size(); r++) {
      Event event = skeleton.event(r);
      boolean held = event.mark() == Mark.LOCK_FAIL;
      if (event.location() != location || !held && event.mark() != Mark.LOCK_FREE) {
        continue;
      }
      int read = r;
      int[] inside = null;
      int ownUnlock = -1;
      List<Integer> writes = new ArrayList<>();
      for (int[] section : sections) {
        boolean opened = skeleton.before(section[1], r);
        boolean closed = section[2] >= 0 && skeleton.before(section[2], r);
        if (opened && !closed) {
          inside = section;
        } else if (closed) {
          ownUnlock = Math.max(ownUnlock, section[2]);
        }
        boolean foreign = skeleton.thread(section[1]) != skeleton.thread(r);
        int write = held ? section[1] : section[2];
        if (foreign && write >= 0) {
          writes.add(write);
        }
      }
      if (held && inside != null) {
        writes = List.of(inside[1]);
      } else if (!held) {
        if (inside != null) {
          return false;
        }
        writes.add(ownUnlock >= 0 ? ownUnlock : INITIAL);
      }
      if (writes.isEmpty()) {
        return false;
      }
      int[] all = writes.stream().mapToInt(Integer::intValue).toArray();
      choices.add(number -> eachSource(number, read, all));
    }
    return true;
  }

  // --- writes of variables

  private void writes(int location, boolean srcu) {
    List<Integer> writes = new ArrayList<>();
    for (int i = 0; i < skeleton.size(); i++) {
      if (writesTo(i, location)) {
        if (skeleton.event(i).mark().ofLock() || isSrcu(i) != srcu) {
          return;
        }
        writes.add(i);
      }
    }
    if (writes.isEmpty()) {
      if (!srcu && last[location] == null) {
        last[location] = test.initial().get(location);
      }
      return;
    }
    choices.add(
        number -> {
          Candidate known = Candidate.of(skeleton, source, order);
          return ordered(number, location, writes, known, new boolean[writes.size()], 0);
        });
    if (writes.size() > 1) {
      choices.add(this::partly);
    }
  }

  private boolean ordered(
      int number,
      int location,
      List<Integer> writes,
      Candidate known,
      boolean[] placed,
      int place) {
    if (place == writes.size()) {
      return hope.left(source, order, last) ? next(number) : true;
    }
    for (int i = 0; i < writes.size(); i++) {
      int write = writes.get(i);
      if (placed[i] || afterUnplacedWrite(writes, known, placed, i)) {
        continue;
      }
      placed[i] = true;
      order[write] = place;
      if (place == writes.size() - 1) {
        last[location] = skeleton.event(write).value();
      }
      if (!ordered(number, location, writes, known, placed, place + 1)) {
        return false;
      }
      placed[i] = false;
      order[write] = -1;
    }
    last[location] = null;
    return true;
  }

  private static boolean afterUnplacedWrite(
      List<Integer> writes, Candidate known, boolean[] placed, int i) {
    for (int j = 0; j < writes.size(); j++) {
      if (!placed[j] && known.coherentlyBefore(writes.get(j), writes.get(i))) {
        return true;
      }
    }
    return false;
  }
}
