package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.dmsim.scenarios.run.ExpectationCheck.Result;

/** What {@code dmsim test} has seen, and how it is written: for people, as TAP, as JUnit's XML. */
final class TestResults {

  private static final int WRONG = 2;

  private final List<Timed> all = new ArrayList<>();

  /**
   * One machine of one script.
   *
   * @param script as it was asked for
   * @param result what came of it
   * @param nanoseconds of wall time that it took
   */
  record Timed(String script, Result result, long nanoseconds) {}

  /** Adds what came, begun at {@code start} by {@link System#nanoTime}. */
  Timed add(String script, Result result, long start) {
    Timed t = new Timed(script, result, System.nanoTime() - start);
    all.add(t);
    return t;
  }

  private long failed() {
    return all.stream().filter(t -> !t.result().passed()).count();
  }

  /** {@code N passed, M failed}. */
  String summary() {
    return all.size() - failed() + " passed, " + failed() + " failed";
  }

  /** The status: 2 if a script is wrong itself, else 1 if something is not as expected. */
  int status() {
    boolean wrong = all.stream().anyMatch(t -> t.result().wrong());
    return wrong ? WRONG : failed() == 0 ? 0 : Verdict.VIOLATION.status();
  }

  /** One result for a person. */
  static void print(PrintWriter out, Result r) {
    out.println((r.passed() ? "ok      " : "FAILED  ") + r.name());
    r.failures().forEach(f -> out.println("        " + f));
    out.flush();
  }

  /** All of it as TAP, version 14. */
  void printTap(PrintWriter out) {
    out.println("TAP version 14");
    out.println("1.." + all.size());
    for (int i = 0; i < all.size(); i++) {
      Result r = all.get(i).result();
      String name = r.name().replace("\\", "\\\\").replace("#", "\\#");
      out.println((r.passed() ? "ok " : "not ok ") + (i + 1) + " - " + name);
      if (!r.passed()) {
        out.println("  ---");
        out.println("  failures:");
        r.failures().forEach(f -> out.println("    - '" + f.replace("'", "''") + "'"));
        out.println("  ...");
      }
    }
    out.println("# " + summary());
  }

  /** All of it as JUnit writes it: a suite a script, a case a machine. */
  void writeXml(Writer to) throws IOException {
    try {
      XMLStreamWriter x = XMLOutputFactory.newInstance().createXMLStreamWriter(to);
      x.writeStartDocument("UTF-8", "1.0");
      x.writeCharacters("\n");
      x.writeStartElement("testsuites");
      counts(x, all);
      for (String script : all.stream().map(Timed::script).distinct().toList()) {
        suite(x, script);
      }
      x.writeCharacters("\n");
      x.writeEndElement();
      x.writeEndDocument();
      x.writeCharacters("\n");
      x.close();
    } catch (XMLStreamException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void suite(XMLStreamWriter x, String script) throws XMLStreamException {
    List<Timed> cases = all.stream().filter(t -> t.script().equals(script)).toList();
    x.writeCharacters("\n  ");
    x.writeStartElement("testsuite");
    x.writeAttribute("name", legal(script));
    counts(x, cases);
    for (Timed t : cases) {
      x.writeCharacters("\n    ");
      x.writeStartElement("testcase");
      x.writeAttribute("classname", legal(script));
      x.writeAttribute("name", legal(t.result().name()));
      x.writeAttribute("time", seconds(t.nanoseconds()));
      if (!t.result().passed()) {
        x.writeStartElement(t.result().wrong() ? "error" : "failure");
        x.writeAttribute("message", legal(t.result().failures().getFirst()));
        x.writeCharacters(legal(String.join("\n", t.result().failures())));
        x.writeEndElement();
      }
      x.writeEndElement();
    }
    x.writeCharacters("\n  ");
    x.writeEndElement();
  }

  private static void counts(XMLStreamWriter x, List<Timed> of) throws XMLStreamException {
    long wrong = of.stream().filter(t -> t.result().wrong()).count();
    long failed = of.stream().filter(t -> !t.result().passed()).count() - wrong;
    x.writeAttribute("tests", Integer.toString(of.size()));
    x.writeAttribute("failures", Long.toString(failed));
    x.writeAttribute("errors", Long.toString(wrong));
    x.writeAttribute("time", seconds(of.stream().mapToLong(Timed::nanoseconds).sum()));
  }

  private static String seconds(long nanoseconds) {
    return String.format(Locale.ROOT, "%.3f", nanoseconds / 1e9);
  }

  /** Without the characters that XML 1.0 does not know. */
  private static String legal(String text) {
    return text.replaceAll("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "?");
  }
}
