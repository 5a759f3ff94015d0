package org.dmsim.scenarios.bench;

import java.util.List;

/** One thing that can be measured. */
public interface Benchmark {

  /** By which the command line knows it. */
  String name();

  /** One sentence that completes "This benchmark shows". */
  String shows();

  /** Measures; takes some seconds. */
  Table measure();

  /**
   * What was measured.
   *
   * @param columns headings; the first names what a row is about
   * @param rows a cell for each column
   * @param notes lines below the table: what the numbers mean, and what they do not
   */
  record Table(List<String> columns, List<List<String>> rows, List<String> notes) {}
}
