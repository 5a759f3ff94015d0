package org.dmsim.machine;

/**
 * Names a field of a task that this package does not know, such as {@code current->bio_list}.
 *
 * @param <T> type of the field
 */
public final class TaskKey<T> {

  /** A field that is null in a new task. Keep the key in a static final field. */
  public TaskKey() {}
}
