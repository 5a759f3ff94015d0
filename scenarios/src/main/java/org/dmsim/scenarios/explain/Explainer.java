package org.dmsim.scenarios.explain;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.dmsim.scenarios.explain.bugs.KnownBugs;
import org.dmsim.scenarios.explain.lines.LineSource;
import org.dmsim.scenarios.explain.lines.LogReader;
import org.dmsim.scenarios.explain.lines.RawLine;
import org.dmsim.scenarios.explain.lines.Stretches;
import org.dmsim.scenarios.explain.meaning.Log;
import org.dmsim.scenarios.explain.meaning.Understanding;
import org.dmsim.scenarios.explain.reports.Splitter;

/** Explains the reports of a kernel log. */
public final class Explainer {

  private Explainer() {}

  /**
   * Reads a log to its end. Any bytes will do; memory does not grow with the log's length.
   *
   * @throws IOException where the stream cannot be read
   */
  public static Explanation explain(InputStream in) throws IOException {
    Log log = new Log(new Understanding(KnownBugs.load()));
    Splitter splitter = new Splitter(log::add, log::add);
    try (LineSource source = new LineSource(in)) {
      boolean newestFirst = false;
      Stretches stretches = new Stretches(source);
      for (List<RawLine> s = stretches.next(); s != null; s = stretches.next()) {
        boolean reversed = LogReader.isNewestFirst(s);
        newestFirst |= reversed;
        splitter.read(LogReader.read(reversed ? s.reversed() : s));
      }
      return new Explanation(
          source.number(),
          newestFirst,
          log.entries(),
          log.tables(),
          log.unread(),
          log.unreadCount(),
          log.dropped());
    }
  }
}
