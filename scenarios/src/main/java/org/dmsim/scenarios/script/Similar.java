package org.dmsim.scenarios.script;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what a person probably meant to type. */
public final class Similar {

  private Similar() {}

  /** The known word nearest to {@code found}, if one is near. */
  public static Optional<String> to(String found, Collection<String> known) {
    String best = null;
    int least = Math.max(1, found.length() / 3) + 1;
    for (String k : known) {
      int d = distance(found.toLowerCase(Locale.ROOT), k.toLowerCase(Locale.ROOT));
      if (d < least) {
        least = d;
        best = k;
      }
    }
    return Optional.ofNullable(best);
  }

  /** "; did you mean X?", or {@code otherwise} where nothing is near. */
  public static String hint(String found, Collection<String> known, String otherwise) {
    return to(found, known).map(k -> "; did you mean " + k + "?").orElse(otherwise);
  }

  /** Insertions, deletions, replacements and exchanges of neighbours that lead from a to b. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        d[i][j] =
            Math.min(d[i - 1][j - 1] + (same ? 0 : 1), Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
