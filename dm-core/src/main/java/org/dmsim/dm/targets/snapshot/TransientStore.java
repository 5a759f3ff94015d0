package org.dmsim.dm.targets.snapshot;

/** Exceptions in memory only: type {@code N}. Mirrors {@code dm-snap-transient.c}, 6.1. */
final class TransientStore extends ExceptionStore {

  private long nextFree;

  TransientStore(Snapshot snap) {
    super(snap);
  }

  @Override
  int prepareException(PendingException e) {
    if (totalSectors() < nextFree + chunkSize) {
      return -1;
    }
    e.newChunk = chunkOf(nextFree);
    nextFree += chunkSize;
    return 0;
  }

  @Override
  void commitException(PendingException e, boolean valid, Committed committed) {
    committed.done(valid);
  }

  @Override
  String describe() {
    return "N " + chunkSize;
  }

  @Override
  long sectorsAllocated() {
    return nextFree;
  }

  @Override
  long metadataSectors() {
    return 0;
  }
}
