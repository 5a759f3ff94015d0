package org.dmsim.scenarios.explain.reports;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the lines that lockdep prints of locks. */
final class Locks {

  /** Address, "(name){usage}-{wait types}", and who took it. */
  private static final Pattern LOCK =
      Pattern.compile(
          "^(?:#\\d+: *)?([0-9a-f]{8,16}|\\(_*ptrval_*\\))?"
              + " *\\((.+)\\)\\{([^}]*)\\}(?:-\\{([^}]*)\\})?(?:, at: *(.*))?");

  /** "2 locks held by comm/5:", "no locks held by comm/5." */
  static final Pattern HELD_BY =
      Pattern.compile("^(\\d+|no) locks? held by (.+?/\\d+)(?: on CPU[^:]*)?[:.]?$");

  private Locks() {}

  static HeldLock read(String text, int line) {
    Matcher m = LOCK.matcher(text);
    if (!m.find()) {
      return null;
    }
    String at = m.group(5) == null ? "" : FrameReader.place(m.group(5));
    return new HeldLock(
        m.group(2),
        m.group(1) == null || m.group(1).startsWith("(") ? "" : m.group(1),
        m.group(4) == null || !m.group(4).matches("\\d:\\d.*") ? "" : m.group(4),
        at,
        line);
  }
}
