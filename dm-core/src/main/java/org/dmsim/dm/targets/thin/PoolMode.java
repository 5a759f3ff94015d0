package org.dmsim.dm.targets.thin;

/** What a pool can do still, from most to least: {@code enum pool_mode}, 6.1. */
enum PoolMode {
  WRITE("write"),
  OUT_OF_DATA_SPACE("out-of-data-space"),
  /** As READ_ONLY, and called so; larger metadata bring it back. */
  OUT_OF_METADATA_SPACE("read-only"),
  READ_ONLY("read-only"),
  FAIL("fail");

  private final String words;

  PoolMode(String words) {
    this.words = words;
  }

  /** As the log names it. */
  String words() {
    return words;
  }

  /** {@code is_read_only_pool_mode}. */
  boolean isReadOnly() {
    return this == OUT_OF_METADATA_SPACE || this == READ_ONLY;
  }

  /** Whether the metadata may not be changed. */
  boolean isReadOnlyOrWorse() {
    return compareTo(OUT_OF_METADATA_SPACE) >= 0;
  }
}
