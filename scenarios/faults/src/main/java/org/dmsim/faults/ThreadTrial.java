package org.dmsim.faults;

/**
 * A version that several real threads read and replace at once. Each operation throws if it uses
 * what has been freed, or frees it twice.
 */
public interface ThreadTrial {

  /** The live version. */
  int read();

  /** As {@link #read}, for a reader of another kind where there are two. */
  default int readFast() {
    return read();
  }

  /** Puts another version in; returns the one before, which is gone then. */
  int replace(int version);
}
