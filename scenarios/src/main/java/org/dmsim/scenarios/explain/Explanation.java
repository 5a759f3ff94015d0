package org.dmsim.scenarios.explain;

import java.util.List;
import org.dmsim.scenarios.explain.meaning.Log;
import org.dmsim.scenarios.explain.reports.LockTable;

/**
 * What a log says.
 *
 * @param lines of the file
 * @param newestFirst whether the newest line came first, so that it was read from its end
 * @param entries the reports that are understood, by line
 * @param tables of all locks held
 * @param unread reports that are not understood, as far as they are kept
 * @param unreadCount how many they are
 * @param dropped how many different reports were too many to be kept
 */
public record Explanation(
    int lines,
    boolean newestFirst,
    List<Log.Entry> entries,
    List<LockTable> tables,
    List<Log.Unread> unread,
    int unreadCount,
    int dropped) {

  /**
   * The report to begin with: the first that follows from none and is not tainted by one before.
   */
  public int main() {
    for (int pass = 0; pass < 2; pass++) {
      for (int i = 0; i < entries.size(); i++) {
        Log.Entry e = entries.get(i);
        boolean clean = pass > 0 || !Boolean.TRUE.equals(e.finding().report().tainted());
        if (e.causes() == null && e.sameAs() == null && clean) {
          return i;
        }
      }
    }
    return 0;
  }
}
