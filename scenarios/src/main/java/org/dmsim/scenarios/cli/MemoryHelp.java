package org.dmsim.scenarios.cli;

/** What {@code dmsim help memory} prints. */
final class MemoryHelp {

  private static final String TEXT =
      """
      --memory says when a store of one CPU is seen by the others; for run, explore, replay, test.

        sc    at once (as without it)
        tso   later: the CPU's stores reach memory in their order, as on x86 and s390
        pso   later, stores to different places in any order, as once on SPARC

      A CPU finds its own stores at once, also in an interrupt. That a store reaches memory is a step
      of its own, "buffer/N", which a search has in every order; a run by itself takes it at once.

      What waits until all that was stored is in memory: smp_mb, every atomic, taking a lock,
      sleeping, a context switch, queueing a work, complete(). What is a store like another: giving
      back a lock, smp_store_release, rcu_assign_pointer (pso: behind all stores before), WRITE_ONCE.
      pso: smp_wmb keeps later stores behind earlier ones. A grace period of RCU waits for what its
      readers have stored; SRCU has its barriers S, A, E, D, F of a grace period and B, C of readers.

      What this leaves out, so that a search which ends with EXHAUSTED does not answer for it:
      loads are never late, as they may be on arm64 and by the kernel's own model (LKMM; 'dmsim
      litmus' judges litmus tests by it); an atomic without order, such as set_bit, is a full barrier
      here; values that are no field of a kind that tasks access by READ_ONCE and its like, such as
      lists under a lock, are seen at once, and changing them is a full barrier.

      A search runs each trace once; that a load found its own CPU's store still in the buffer or
      already in memory makes two traces, where others count one.

        dmsim explore sb --memory tso
        dmsim faults --memory              what breaks without each barrier, and under which model
      """;

  private MemoryHelp() {}

  static String text() {
    return TEXT;
  }
}
