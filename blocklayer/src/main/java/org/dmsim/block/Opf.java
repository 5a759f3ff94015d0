package org.dmsim.block;

/**
 * {@code blk_opf_t}: the operation of a bio in the low eight bits, its flags above. Values as of
 * 6.1.
 */
public final class Opf {

  private Opf() {}

  /** The bits of the operation. */
  public static final int REQ_OP_MASK = 0xff;

  public static final int REQ_OP_READ = 0;
  public static final int REQ_OP_WRITE = 1;
  public static final int REQ_OP_FLUSH = 2;
  public static final int REQ_OP_DISCARD = 3;
  public static final int REQ_OP_SECURE_ERASE = 5;
  public static final int REQ_OP_ZONE_APPEND = 7;
  public static final int REQ_OP_WRITE_ZEROES = 9;

  public static final int REQ_SYNC = 1 << 11;
  public static final int REQ_META = 1 << 12;
  public static final int REQ_PRIO = 1 << 13;
  public static final int REQ_NOMERGE = 1 << 14;
  public static final int REQ_IDLE = 1 << 15;
  public static final int REQ_FUA = 1 << 17;
  public static final int REQ_PREFLUSH = 1 << 18;
  public static final int REQ_RAHEAD = 1 << 19;
  public static final int REQ_BACKGROUND = 1 << 20;
  public static final int REQ_NOWAIT = 1 << 21;
  public static final int REQ_POLLED = 1 << 23;
  public static final int REQ_ALLOC_CACHE = 1 << 24;
  public static final int REQ_SWAP = 1 << 25;

  /** Driver's own; device mapper marks the bios that it counts with it (REQ_DM_POLL_LIST). */
  public static final int REQ_DRV = 1 << 26;

  public static final int REQ_NOUNMAP = 1 << 27;

  /** The operation. */
  public static int op(int opf) {
    return opf & REQ_OP_MASK;
  }

  /** The operation as messages of the kernel name it; {@code blk_op_str}. */
  public static String name(int opf) {
    return switch (op(opf)) {
      case REQ_OP_READ -> "READ";
      case REQ_OP_WRITE -> "WRITE";
      case REQ_OP_FLUSH -> "FLUSH";
      case REQ_OP_DISCARD -> "DISCARD";
      case REQ_OP_SECURE_ERASE -> "SECURE_ERASE";
      case REQ_OP_ZONE_APPEND -> "ZONE_APPEND";
      case REQ_OP_WRITE_ZEROES -> "WRITE_ZEROES";
      default -> "UNKNOWN";
    };
  }

  /** Whether the operation goes to the device: its lowest bit. */
  public static boolean isWrite(int opf) {
    return (opf & 1) != 0;
  }

  /** Whether the volatile cache is concerned: {@code op_is_flush}. */
  public static boolean isFlush(int opf) {
    return (opf & (REQ_FUA | REQ_PREFLUSH)) != 0;
  }

  /** Whether somebody waits for it: {@code op_is_sync}. */
  public static boolean isSync(int opf) {
    return op(opf) == REQ_OP_READ || (opf & (REQ_SYNC | REQ_FUA | REQ_PREFLUSH)) != 0;
  }

  /** Whether the operation frees blocks: {@code op_is_discard}. */
  public static boolean isDiscard(int opf) {
    return op(opf) == REQ_OP_DISCARD;
  }

  /** The letters of a block event, such as {@code WFS}; mirrors {@code blk_fill_rwbs}, 6.1. */
  public static String rwbs(int opf) {
    StringBuilder s = new StringBuilder(8);
    if ((opf & REQ_PREFLUSH) != 0) {
      s.append('F');
    }
    s.append(
        switch (op(opf)) {
          case REQ_OP_READ -> "R";
          case REQ_OP_WRITE -> "W";
          case REQ_OP_FLUSH -> "F";
          case REQ_OP_DISCARD -> "D";
          case REQ_OP_SECURE_ERASE -> "DE";
          default -> "N";
        });
    if ((opf & REQ_FUA) != 0) {
      s.append('F');
    }
    if ((opf & REQ_RAHEAD) != 0) {
      s.append('A');
    }
    if ((opf & REQ_SYNC) != 0) {
      s.append('S');
    }
    if ((opf & REQ_META) != 0) {
      s.append('M');
    }
    return s.toString();
  }
}
