package org.dmsim.scenarios.explain;

import java.util.List;
import org.dmsim.scenarios.explain.Statement.Basis;
import org.dmsim.scenarios.museum.Museum;
import org.dmsim.scenarios.museum.Plaque;
import org.dmsim.scenarios.museum.Rule;

/**
 * What a report is like: rules, scenarios, and the fix where the report is the bug itself.
 *
 * @param rules that it breaks
 * @param alike scenarios, the nearest first
 * @param fix whose plaque names the fix; null where the log does not suffice to name one
 * @param why what the likeness rests on; "" where there is none
 * @param basis whether the log shows that, or a general rule says so
 */
record Likeness(List<Rule> rules, List<String> alike, Plaque fix, String why, Basis basis) {

  private Likeness(List<Rule> rules, List<String> alike) {
    this(rules, alike, null, "", Basis.LOG);
  }

  private static final String LOOKUP = "dm_get_live_table_fast";

  static Likeness of(LogReport r, boolean rcu) {
    return switch (r.kind()) {
      case KASAN -> useAfterFree(r);
      case RECURSIVE_LOCKING, CIRCULAR_LOCKING -> circle(r);
      case BAD_UNLOCK, LOCK_LEFT -> bracket(r);
      default -> r.isAboutSleeping() && rcu ? sleep(r) : nothing();
    };
  }

  private static Likeness nothing() {
    return new Likeness(List.of(), List.of());
  }

  private static Likeness sleep(LogReport r) {
    List<Rule> rule = List.of(Rule.NO_BLOCKING_ALLOCATION_UNDER_RCU);
    boolean lookup = r.held().stream().anyMatch(l -> l.isRcu() && l.at().equals(LOOKUP));
    boolean submits = r.path().contains("dm_submit_bio");
    if (!submits || !(lookup || r.held().isEmpty() && isInRange(r.kernel()))) {
      return new Likeness(rule, List.of());
    }
    String inner = below(r.path(), "dm_submit_bio");
    if (inner.endsWith("_map")) {
      return new Likeness(
          List.of(Rule.NO_BLOCKING_ALLOCATION_UNDER_RCU, Rule.TEST_INSIDE_THE_BRACKET),
          List.of("capability-test-outside"),
          null,
          "a target's map function (" + inner + ") sleeps under the lookup for NOWAIT bios",
          Basis.LOG);
    }
    String why =
        lookup
            ? "dm_submit_bio calls " + inner + " in the read section that " + LOOKUP + " opened"
            : "the log lists no lock; in 5.19 to 6.6-rc1 the RCU read section that dm_submit_bio"
                + " itself opens is its lookup for NOWAIT bios; one opened by a caller is not"
                + " ruled out";
    return new Likeness(
        List.of(Rule.NO_BLOCKING_ALLOCATION_UNDER_RCU, Rule.NOWAIT_IS_NOT_ATOMIC),
        List.of("nowait", "suspend-against-nowait"),
        plaque("suspend-against-nowait"),
        why,
        lookup ? Basis.LOG : Basis.GENERAL_RULE);
  }

  private static Likeness useAfterFree(LogReport r) {
    List<String> path = r.path();
    List<String> free = LogReport.path(r.freed());
    boolean pools = path.contains("mempool_alloc") && path.contains("dm_submit_bio");
    if (pools && (free.contains("dm_swap_table") || free.contains("dm_table_destroy"))) {
      return new Likeness(
          List.of(Rule.WAIT_BEFORE_YOU_FREE, Rule.NO_BLOCKING_ALLOCATION_UNDER_RCU),
          List.of("nowait-uaf", "suspend-against-nowait"),
          plaque("suspend-against-nowait"),
          "a submitter allocates from pools that a table swap has freed; the log does not show the"
              + " read section, and that it was the RCU lookup for NOWAIT bios is concluded from"
              + " the likeness",
          Basis.GENERAL_RULE);
    }
    if (path.contains("dm_put_live_table_bio")) {
      return new Likeness(
          List.of(Rule.NEVER_ASK_A_BIO_GIVEN_AWAY),
          List.of("dead-bio-asked"),
          plaque("dead-bio-asked"),
          "only the put that looks at the bio's flags again reads a bio there",
          Basis.GENERAL_RULE);
    }
    return new Likeness(List.of(Rule.WAIT_BEFORE_YOU_FREE), List.of());
  }

  private static Likeness circle(LogReport r) {
    boolean hash = r.wanted() != null && r.wanted().name().contains("_hash_lock");
    if (hash && r.held().stream().anyMatch(l -> l.name().contains("_hash_lock"))) {
      return new Likeness(
          List.of(Rule.HOLD_NOTHING_THAT_THE_WAKER_NEEDS),
          List.of("hash-lock-twice"),
          r.path().contains("table_clear") ? plaque("hash-lock-twice") : null,
          "_hash_lock is taken under itself",
          Basis.LOG);
    }
    if (touches(r, "io_barrier") && touches(r, "suspend_lock")) {
      return new Likeness(
          List.of(Rule.A_GRACE_PERIOD_IS_A_LOCK),
          List.of("destroy-against-swap"),
          null,
          "suspend_lock and the readers' SRCU wait for each other",
          Basis.LOG);
    }
    return new Likeness(List.of(Rule.HOLD_NOTHING_THAT_THE_WAKER_NEEDS), List.of());
  }

  private static Likeness bracket(LogReport r) {
    if (!touches(r, "io_barrier") && !touches(r, "rcu_read_lock")) {
      return nothing();
    }
    boolean dm = r.path().stream().anyMatch(s -> s.startsWith("dm_"));
    List<String> alike =
        !dm
            ? List.of()
            : r.kind() == Kind.BAD_UNLOCK
                ? List.of("doubled-put", "bracket-decided-twice")
                : List.of("forgotten-put");
    return new Likeness(List.of(Rule.CLOSE_WHAT_YOU_OPENED), alike);
  }

  private static boolean touches(LogReport r, String lock) {
    return r.wanted() != null && r.wanted().name().contains(lock)
        || r.held().stream().anyMatch(l -> l.name().contains(lock));
  }

  /** The frame that {@code symbol} called, or "". */
  static String below(List<String> path, String symbol) {
    int at = path.indexOf(symbol);
    return at > 0 ? path.get(at - 1) : "";
  }

  /** Whether a version is one that has the lookup for NOWAIT bios: 5.19 to 6.6-rc1. */
  static boolean isInRange(String kernel) {
    String[] parts = kernel.split("[.-]");
    if (parts.length < 2 || !(parts[0] + parts[1]).matches("\\d{1,6}")) {
      return false;
    }
    int number = Integer.parseInt(parts[0]) * 1000 + Integer.parseInt(parts[1]);
    return number >= 5019 && number <= 6005 || kernel.matches("6\\.6(\\.0)?-rc1(\\D.*)?");
  }

  private static Plaque plaque(String exhibit) {
    return Museum.find(exhibit).orElseThrow().plaque();
  }
}
