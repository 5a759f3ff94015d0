/**
 * The machine: CPUs, tasks, the virtual clock, interrupts, and the points at which a strategy may
 * let another task go on.
 *
 * <p>Read it in this order: {@link org.dmsim.machine.Configuration}, {@link
 * org.dmsim.machine.Machine}, {@link org.dmsim.machine.Task}, {@link org.dmsim.machine.Cpu}, {@link
 * org.dmsim.machine.Sched} (what modelled code calls), {@link org.dmsim.machine.Strategy} (who
 * decides).
 *
 * <p>The machine itself is made of {@code Tasks}, {@code Cpus} and {@code Clock} (who there is, who
 * runs where, and when), {@code SchedulingPoints} (where {@code Sched} leads to), {@code NextStep}
 * (the choice) and {@code Turns} (the run, from the first task to the checks at its end).
 */
package org.dmsim.machine;
