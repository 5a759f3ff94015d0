package org.dmsim.machine;

/**
 * Names a field of a task that this package does not know, such as {@code current->bio_list}.
 *
 * @param <T> type of the field
 */
public final class TaskKey<T> {

  /** How many keys have a place of their own. */
  static final int PLACES = 4;

  final int place;

  /** A field that is null in a new task. Keep the key in a static final field. */
  public TaskKey() {
    place = -1;
  }

  /**
   * As {@link #TaskKey()}, for a field that is asked for several times a bio.
   *
   * @param place its own among all keys, 0 to 3: 0 held locks, 1 submitted bios, 2 RCU reader, 3
   *     direct I/O
   */
  public TaskKey(int place) {
    if (place < 0 || place >= PLACES) {
      throw new IllegalArgumentException("place " + place);
    }
    this.place = place;
  }
}
