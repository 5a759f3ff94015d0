package org.dmsim.scenarios.door;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dmsim.block.Errno;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Printed;
import org.dmsim.machine.Reported;
import org.dmsim.report.Report;

/**
 * The simulated kernel's log: {@code syslog(2)}, {@code /dev/kmsg}. It hears what the machine
 * prints and reports; reports go to the terminal too.
 */
final class LogCalls {

  private static final int READ_ALL = 3;
  private static final int READ_CLEAR = 4;
  private static final int CLEAR = 5;
  private static final int SIZE_UNREAD = 9;
  private static final int SIZE_BUFFER = 10;
  private static final int BUFFER = 1 << 18;

  /** One line; a report is one record of several lines. */
  private record Line(long time, int level, String text) {}

  private final Session session;
  private final List<Line> lines = new ArrayList<>();
  private int reports;
  private int kept;
  private int cleared;

  LogCalls(Session session) {
    this.session = session;
    Machine m = session.machine();
    m.log().forEach(this::print);
    m.reports().forEach(this::report);
    m.events().hear(Printed.class, e -> print(e.line()));
    m.events().hear(Reported.class, e -> report(e.report()));
  }

  private void print(String line) {
    lines.add(new Line(session.machine().now(), 4, line));
  }

  private void report(Report r) {
    session.trace().raw(r.text());
    r.text().lines().forEach(l -> lines.add(new Line(session.machine().now(), 1, l)));
    reports++;
  }

  /** The reports so far are findings, even if the machine comes to stand in a call. */
  void keepReports() {
    kept = reports;
  }

  /** How many reports are findings. */
  int kept() {
    return kept;
  }

  /** How many records there are. */
  int count() {
    return lines.size();
  }

  /** {@code syslog(2)}. */
  void syslog(Call c) {
    switch (c.intArgument(0)) {
      case READ_ALL, READ_CLEAR -> {
        byte[] text = text();
        int n = Math.min(text.length, Math.max(0, c.intArgument(2)));
        byte[] last = new byte[n];
        System.arraycopy(text, text.length - n, last, 0, n);
        c.poke(c.argument(1), last);
        if (c.intArgument(0) == READ_CLEAR) {
          cleared = lines.size();
        }
        c.answer(n);
      }
      case CLEAR -> {
        cleared = lines.size();
        c.answer(0);
      }
      case SIZE_UNREAD -> c.answer(text().length);
      case SIZE_BUFFER -> c.answer(BUFFER);
      case 0, 1, 6, 7, 8 -> c.answer(0);
      default -> c.answer(-Errno.EINVAL);
    }
  }

  private byte[] text() {
    StringBuilder s = new StringBuilder();
    for (Line l : lines.subList(cleared, lines.size())) {
      s.append(
          String.format(
              Locale.ROOT,
              "<%d>[%5d.%06d] %s%n",
              l.level,
              l.time / 1_000_000_000L,
              l.time / 1000 % 1_000_000,
              l.text));
    }
    byte[] all = s.toString().getBytes(StandardCharsets.UTF_8);
    return all.length <= BUFFER
        ? all
        : java.util.Arrays.copyOfRange(all, all.length - BUFFER, all.length);
  }

  /** A read of one record of /dev/kmsg, or a write of a line to it. */
  long transfer(Call c, OpenFile f, boolean write, Iovec iov) {
    long total = iov.total();
    if (write) {
      byte[] data = new byte[(int) Math.min(total, 1024)];
      c.gather(iov, data, 0, data.length);
      String text = new String(data, StandardCharsets.UTF_8).strip().replaceFirst("^<\\d+>", "");
      lines.add(new Line(session.machine().now(), 6, text));
      return total;
    }
    if (f.record() >= lines.size()) {
      return -Errno.EAGAIN;
    }
    int number = f.record();
    Line l = lines.get(number);
    String record = l.level + "," + number + "," + l.time / 1000 + ",-;" + l.text + "\n";
    byte[] bytes = record.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > total) {
      return -Errno.EINVAL;
    }
    f.takeRecord();
    c.scatter(iov, bytes, 0, bytes.length);
    return bytes.length;
  }
}
