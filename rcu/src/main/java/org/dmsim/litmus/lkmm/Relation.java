package org.dmsim.litmus.lkmm;

/** A relation between events: a row of bits for each. Operations make new relations. */
final class Relation {
  final int events;
  private final int words;
  private final long[] rows;

  Relation(int events) {
    this.events = events;
    words = EventSet.words(events);
    rows = new long[events * words];
  }

  private Relation(Relation like, long[] rows) {
    events = like.events;
    words = like.words;
    this.rows = rows;
  }

  static Relation identity(int events) {
    Relation relation = new Relation(events);
    for (int i = 0; i < events; i++) {
      relation.add(i, i);
    }
    return relation;
  }

  /** Every event of one set with every event of another. */
  static Relation product(int events, EventSet from, EventSet to) {
    Relation relation = new Relation(events);
    for (int i = 0; i < events; i++) {
      if (from.has(i)) {
        System.arraycopy(to.bits, 0, relation.rows, i * relation.words, relation.words);
      }
    }
    return relation;
  }

  void add(int from, int to) {
    rows[from * words + (to >> 6)] |= 1L << to;
  }

  boolean has(int from, int to) {
    return (rows[from * words + (to >> 6)] >>> to & 1) != 0;
  }

  boolean isEmpty() {
    for (long word : rows) {
      if (word != 0) {
        return false;
      }
    }
    return true;
  }

  Relation copy() {
    return new Relation(this, rows.clone());
  }

  Relation or(Relation other) {
    long[] result = rows.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] |= other.rows[i];
    }
    return new Relation(this, result);
  }

  /** Adds another's pairs to this relation; whether there was a new one. */
  boolean addAll(Relation other) {
    long changed = 0;
    for (int i = 0; i < rows.length; i++) {
      changed |= other.rows[i] & ~rows[i];
      rows[i] |= other.rows[i];
    }
    return changed != 0;
  }

  Relation and(Relation other) {
    long[] result = rows.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] &= other.rows[i];
    }
    return new Relation(this, result);
  }

  Relation minus(Relation other) {
    long[] result = rows.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] &= ~other.rows[i];
    }
    return new Relation(this, result);
  }

  /** This or the same event. */
  Relation maybe() {
    Relation result = copy();
    for (int i = 0; i < events; i++) {
      result.add(i, i);
    }
    return result;
  }

  Relation minusIdentity() {
    Relation result = copy();
    for (int i = 0; i < events; i++) {
      result.rows[i * words + (i >> 6)] &= ~(1L << i);
    }
    return result;
  }

  /** First this, then the other. */
  Relation then(Relation other) {
    Relation result = new Relation(events);
    for (int i = 0; i < events; i++) {
      int row = i * words;
      for (int word = 0; word < words; word++) {
        long left = rows[row + word];
        while (left != 0) {
          int middle = (word << 6) + Long.numberOfTrailingZeros(left);
          left &= left - 1;
          int from = middle * words;
          for (int k = 0; k < words; k++) {
            result.rows[row + k] |= other.rows[from + k];
          }
        }
      }
    }
    return result;
  }

  Relation from(EventSet set) {
    Relation result = new Relation(events);
    for (int i = 0; i < events; i++) {
      if (set.has(i)) {
        System.arraycopy(rows, i * words, result.rows, i * words, words);
      }
    }
    return result;
  }

  Relation to(EventSet set) {
    long[] result = rows.clone();
    for (int i = 0; i < events; i++) {
      for (int k = 0; k < words; k++) {
        result[i * words + k] &= set.bits[k];
      }
    }
    return new Relation(this, result);
  }

  Relation inverse() {
    Relation result = new Relation(events);
    for (int i = 0; i < events; i++) {
      for (int word = 0; word < words; word++) {
        long left = rows[i * words + word];
        while (left != 0) {
          result.add((word << 6) + Long.numberOfTrailingZeros(left), i);
          left &= left - 1;
        }
      }
    }
    return result;
  }

  /** One step or more. */
  Relation plus() {
    Relation result = copy();
    long[] closed = result.rows;
    for (int k = 0; k < events; k++) {
      int via = k * words;
      int word = k >> 6;
      long bit = 1L << k;
      for (int i = 0; i < events; i++) {
        if ((closed[i * words + word] & bit) != 0) {
          for (int w = 0; w < words; w++) {
            closed[i * words + w] |= closed[via + w];
          }
        }
      }
    }
    return result;
  }

  /** Any number of steps, none too. */
  Relation star() {
    return plus().maybe();
  }

  boolean irreflexive() {
    for (int i = 0; i < events; i++) {
      if (has(i, i)) {
        return false;
      }
    }
    return true;
  }

  /** The events that something comes from. */
  EventSet domain() {
    EventSet set = new EventSet(events);
    for (int i = 0; i < events; i++) {
      for (int k = 0; k < words; k++) {
        if (rows[i * words + k] != 0) {
          set.add(i);
          break;
        }
      }
    }
    return set;
  }

  /** The events that something leads to. */
  EventSet range() {
    EventSet set = new EventSet(events);
    for (int i = 0; i < events; i++) {
      for (int k = 0; k < words; k++) {
        set.bits[k] |= rows[i * words + k];
      }
    }
    return set;
  }
}
