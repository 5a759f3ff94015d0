/**
 * From bytes to the lines that a kernel printed: encodings, envelopes (JSON, export, HTML), what
 * syslog, consoles and people put before a line, and lines that were wrapped.
 */
package org.dmsim.scenarios.explain.lines;
