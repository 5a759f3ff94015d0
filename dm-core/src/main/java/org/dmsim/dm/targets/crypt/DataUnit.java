package org.dmsim.dm.targets.crypt;

/** One sector of the cipher on its way through it, for who makes initialisation vectors. */
final class DataUnit {

  /** Whether it is encrypted. */
  boolean write;

  /** Its number: what the initialisation vector is made of. */
  long number;

  /** Where it is read, from {@link #sourceAt} on. */
  byte[] source;

  int sourceAt;

  /** Where it is written; the source itself for a read. */
  byte[] destination;

  int destinationAt;

  /** All vectors of the request; its own one begins at {@link #ivAt}, with zeroes. */
  byte[] ivs;

  int ivAt;
}
