package org.dmsim.dm.targets;

/** Features of a target type: the {@code DM_TARGET_*} bits of Linux 6.1. */
public enum TargetFeature {
  /** A table holds one target of this type and nothing else. */
  SINGLETON,
  /** The type refuses a table that was loaded read-only. */
  ALWAYS_WRITEABLE,
  /** A device that has such a target can never get one of another type. */
  IMMUTABLE,
  /** May replace any target, an immutable one too. */
  WILDCARD,
  /** Understands REQ_NOWAIT. */
  NOWAIT
}
