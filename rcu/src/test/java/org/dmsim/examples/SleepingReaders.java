package org.dmsim.examples;

import org.dmsim.srcu.SrcuStruct;

/** SRCU in a Java program: readers may block, and only this domain's readers are waited for. */
public final class SleepingReaders {

  private SleepingReaders() {}

  /** Prints {@code read}, then {@code nobody reads}. */
  public static void main(String[] args) throws InterruptedException {
    SrcuStruct domain = new SrcuStruct("connections");
    int idx = domain.readLock();
    Thread reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  System.out.println("read");
                  domain.readUnlock(idx); // closed by another thread than opened it
                });
    domain.synchronize();
    System.out.println("nobody reads");
    reader.join();
    domain.cleanup();
  }
}
