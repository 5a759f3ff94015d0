/**
 * What the threads of a litmus test do: their ways through the code, as events with values and
 * dependencies. {@link org.dmsim.litmus.event.Ways} finds all of them, {@link
 * org.dmsim.litmus.event.ThreadRun} follows one.
 */
package org.dmsim.litmus.event;
