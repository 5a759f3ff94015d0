package org.dmsim.scenarios.explain;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The reports that can be read, by the line with which each begins. */
enum Kind {
  SLEEPING(
      "BUG: sleeping function called from invalid context.*",
      "a function that may sleep was called where sleeping is forbidden"),
  SUSPICIOUS_RCU(
      "(?:WARNING: suspicious RCU usage|\\[ INFO: suspicious RCU usage\\. \\]).*",
      "RCU was used in a way that its rules do not allow"),
  SCHEDULING_WHILE_ATOMIC(
      "BUG: scheduling while atomic.*", "the task gave up its CPU where it must not sleep"),
  VOLUNTARY_SWITCH(
      "Voluntary context switch within RCU.*",
      "the task went to sleep by itself inside an RCU read section"),
  KASAN("BUG: KASAN: (?:slab-)?use-after-free.*", "memory was used after it had been freed"),
  RECURSIVE_LOCKING(
      "WARNING: possible recursive locking detected.*",
      "a task takes a lock of a class that it holds already: it may wait for itself"),
  CIRCULAR_LOCKING(
      "WARNING: possible circular locking dependency detected.*",
      "locks are taken in orders that form a circle: tasks may wait for each other for ever"),
  BAD_UNLOCK(
      "WARNING: bad unlock balance detected!.*",
      "a lock or a read section was closed that was not open"),
  LOCK_LEFT(
      "WARNING: (?:lock held when returning to user space!|\\S+ still has locks held!).*",
      "a lock or a read section was left open"),
  HELD_LOCK_FREED(
      "WARNING: held lock freed!.*", "memory with a lock in it was freed while the lock was held"),
  WAIT_CONTEXT(
      "\\[ BUG: Invalid wait context \\].*",
      "a lock that may sleep is taken inside one that must not"),
  LOCK_STATE(
      "WARNING: (?:inconsistent lock state|possible irq lock inversion dependency detected"
          + "|.*-safe -> .*-unsafe lock order detected).*",
      "a lock is used both with interrupts on and by an interrupt: it may wait for itself");

  private final Pattern headline;
  private final String words;

  Kind(String headline, String words) {
    this.headline = Pattern.compile(headline);
    this.words = words;
  }

  /** What the kernel objects to. */
  String words() {
    return words;
  }

  /** Whether it is about sleeping. */
  boolean isAboutSleeping() {
    return switch (this) {
      case SLEEPING, SUSPICIOUS_RCU, SCHEDULING_WHILE_ATOMIC, VOLUNTARY_SWITCH -> true;
      default -> false;
    };
  }

  /** The headline in a line, with its kind. */
  static Optional<Headline> in(String line) {
    for (Kind k : values()) {
      Matcher m = k.headline.matcher(line);
      if (m.find()) {
        return Optional.of(new Headline(k, m.group()));
      }
    }
    return Optional.empty();
  }

  record Headline(Kind kind, String text) {}
}
