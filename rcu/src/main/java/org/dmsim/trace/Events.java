package org.dmsim.trace;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * What happens on one machine, as it happens, to any number of listeners; each hears the types of
 * events that it asked for, in the order in which they came.
 *
 * <p>Who tells an event asks {@link #areHeard(Class)} first, so that nothing is made where nobody
 * listens. A listener must not change the model.
 */
public final class Events {

  private static final Listener<?>[] NOBODY = {};

  private volatile Listener<?>[] all = NOBODY;

  /** Whether anybody can hear anything: a plain field, since every lock asks. */
  private boolean open;

  private final Runnable changed;

  /** Nobody listens yet. */
  public Events() {
    this(() -> {});
  }

  /**
   * Nobody listens yet.
   *
   * @param changed is run whenever {@link #isOpen} may have changed
   */
  public Events(Runnable changed) {
    this.changed = changed;
  }

  private record Listener<E>(Class<E> type, Consumer<? super E> hears) {
    void tell(Event e) {
      if (type.isInstance(e)) {
        hears.accept(type.cast(e));
      }
    }
  }

  /**
   * Lets {@code listener} hear all events of a type, or of what a type stands for, from now on.
   *
   * @return has it hear no more
   */
  public synchronized <E> Runnable hear(Class<E> type, Consumer<? super E> listener) {
    Listener<E> added = new Listener<>(type, listener);
    Listener<?>[] more = Arrays.copyOf(all, all.length + 1);
    more[all.length] = added;
    all = more;
    open = true;
    changed.run();
    return () -> leave(added);
  }

  private synchronized void leave(Listener<?> gone) {
    all = Arrays.stream(all).filter(l -> l != gone).toArray(Listener<?>[]::new);
    open &= all.length > 0;
    changed.run();
  }

  /** Whether anybody listens to anything. */
  public boolean isOpen() {
    return open;
  }

  /** Whether anybody listens to events of a type. */
  public boolean areHeard(Class<? extends Event> type) {
    return open && isAskedFor(type);
  }

  private boolean isAskedFor(Class<? extends Event> type) {
    for (Listener<?> l : all) {
      if (l.type.isAssignableFrom(type)) {
        return true;
      }
    }
    return false;
  }

  /** An event has happened. */
  public void tell(Event e) {
    if (open) {
      for (Listener<?> l : all) {
        l.tell(e);
      }
    }
  }

  /** Whether what comes is told to nobody: a run is over, and its stacks are undone. */
  public void mute(boolean on) {
    open = !on && all.length > 0;
    changed.run();
  }
}
