package org.dmsim.machine;

import org.dmsim.report.Report;
import org.dmsim.trace.Event;

/**
 * A check has made a report.
 *
 * @param by who acted when it did: a task, or the clock; null where nobody did
 */
public record Reported(Task by, Report report) implements Event {}
