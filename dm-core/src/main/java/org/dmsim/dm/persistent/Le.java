package org.dmsim.dm.persistent;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Little-endian words of on-disk structures, at any offset. */
public final class Le {

  /** {@code __le32}. */
  public static final ValueLayout.OfInt LE32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** {@code __le64}. */
  public static final ValueLayout.OfLong LE64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Le() {}
}
