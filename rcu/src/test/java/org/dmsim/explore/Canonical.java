package org.dmsim.explore;

/** A text that two runs share if and only if they are one Mazurkiewicz trace. */
final class Canonical {

  private Canonical() {}

  /** The smallest order of tasks among all orders of the trace's steps. */
  static String of(Trace t) {
    int n = t.length();
    boolean[] out = new boolean[n];
    StringBuilder text = new StringBuilder();
    for (int made = 0; made < n; made++) {
      int best = -1;
      for (int k = 0; k < n; k++) {
        if (out[k] || (best >= 0 && t.step(best).task() <= t.step(k).task())) {
          continue;
        }
        boolean free = true;
        for (int i = 0; i < k && free; i++) {
          free = out[i] || !t.isBefore(i, k);
        }
        if (free) {
          best = k;
        }
      }
      out[best] = true;
      Step s = t.step(best);
      text.append(s.task()).append(':').append(s.object()).append(s.kind());
      for (int d : s.data()) {
        text.append('=').append(d);
      }
      text.append(' ');
    }
    return text.toString();
  }
}
