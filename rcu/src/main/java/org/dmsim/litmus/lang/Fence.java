package org.dmsim.litmus.lang;

/** The fences of {@code tools/memory-model/linux-kernel.bell}, RCU's three among them. */
public enum Fence {
  MB,
  RMB,
  WMB,
  BARRIER,
  BEFORE_ATOMIC,
  AFTER_ATOMIC,
  AFTER_SPINLOCK,
  AFTER_UNLOCK_LOCK,
  AFTER_SRCU_READ_UNLOCK,
  RCU_LOCK,
  RCU_UNLOCK,
  SYNC_RCU
}
