package org.dmsim.futex;

/**
 * What the position of a futex word is counted in: an address space, or an object that is mapped.
 */
interface FutexSpace {

  /** Where the hash begins; the same in every run. */
  int seed();
}
