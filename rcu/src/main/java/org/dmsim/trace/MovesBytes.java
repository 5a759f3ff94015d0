package org.dmsim.trace;

/** An event that ends the moving of bytes, which is what takes time on a real machine. */
public interface MovesBytes extends Event {

  /** How many were moved; 0 if none. */
  long bytesMoved();
}
