/**
 * One stream of typed events, with any number of listeners: what a run tells to whoever shows it.
 *
 * <p>Each room adds the events that it knows, as records that are {@link org.dmsim.trace.Event}s:
 * the machine its reports and its log, the block layer what a tracer sees. Steps are not among
 * them: a search looks at millions, so {@code machine.Observer} is told of those without an object.
 */
package org.dmsim.trace;
