package org.dmsim.memory;

/**
 * Allocation flags and their compositions; the values are those of include/linux/gfp_types.h, 6.1.
 */
public final class Gfp {

  private Gfp() {}

  /** {@code __GFP_HIGH}: may use emergency pools. */
  public static final int HIGH = 0x20;

  /** {@code __GFP_IO}: may start physical I/O. */
  public static final int IO = 0x40;

  /** {@code __GFP_FS}: may call into a file system. */
  public static final int FS = 0x80;

  /** {@code __GFP_ZERO}: zeroed memory. */
  public static final int ZERO = 0x100;

  /** {@code __GFP_ATOMIC}: the caller cannot reclaim or sleep, and is of high priority. */
  public static final int ATOMIC_HINT = 0x200;

  /** {@code __GFP_DIRECT_RECLAIM}: the caller may reclaim memory itself, and so sleep. */
  public static final int DIRECT_RECLAIM = 0x400;

  /** {@code __GFP_KSWAPD_RECLAIM}: kswapd may be woken. */
  public static final int KSWAPD_RECLAIM = 0x800;

  /** {@code __GFP_NOWARN}: no report of a failure. */
  public static final int NOWARN = 0x2000;

  /** {@code __GFP_NOFAIL}: must not fail. */
  public static final int NOFAIL = 0x8000;

  /** {@code __GFP_NORETRY}: gives up early. */
  public static final int NORETRY = 0x10000;

  /** {@code __GFP_NOMEMALLOC}: no emergency reserves. */
  public static final int NOMEMALLOC = 0x80000;

  /** {@code __GFP_RECLAIM}. */
  public static final int RECLAIM = DIRECT_RECLAIM | KSWAPD_RECLAIM;

  /** {@code GFP_ATOMIC}. */
  public static final int ATOMIC = HIGH | ATOMIC_HINT | KSWAPD_RECLAIM;

  /** {@code GFP_KERNEL}. */
  public static final int KERNEL = RECLAIM | IO | FS;

  /** {@code GFP_NOWAIT}. */
  public static final int NOWAIT = KSWAPD_RECLAIM;

  /** {@code GFP_NOIO}. */
  public static final int NOIO = RECLAIM;

  /** {@code GFP_NOFS}. */
  public static final int NOFS = RECLAIM | IO;

  /** {@code gfpflags_allow_blocking}. */
  public static boolean allowsBlocking(int gfp) {
    return (gfp & DIRECT_RECLAIM) != 0;
  }
}
