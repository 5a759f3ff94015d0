package org.dmsim.trace;

/** Something that happened on a machine: a record that says what, and who did it. */
public interface Event {}
