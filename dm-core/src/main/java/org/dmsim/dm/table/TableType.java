package org.dmsim.dm.table;

/** How a mapped device takes I/O: {@code enum dm_queue_mode}, as far as it is modelled. */
public enum TableType {
  /** No table was loaded yet. */
  NONE,
  /** By bios. */
  BIO_BASED
}
