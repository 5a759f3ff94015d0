/**
 * The explorer: runs a program under every schedule that matters, and says exactly what it has
 * seen.
 *
 * <p>Two schedules that differ only in the order of steps which do not touch each other's objects
 * are one (a Mazurkiewicz trace). {@link org.dmsim.explore.OptimalSearch} runs each trace once, by
 * optimal dynamic partial-order reduction with source sets and wakeup trees (Abdulla, Aronis,
 * Jonsson, Sagonas: JACM 64(4), 2017). Waiting, waking, starting a task and the passing of time are
 * steps like others: a wait is a step with a guard, enabled only where its guard holds.
 *
 * <p>On several carriers {@link org.dmsim.explore.Scouts} make runs before the search asks for
 * them. What is run is decided in one place whatever their number, so it is the same.
 *
 * <p>Read it in this order: {@link org.dmsim.explore.Program}, {@link org.dmsim.explore.Explorer},
 * {@link org.dmsim.explore.Step}, {@link org.dmsim.explore.Trace}, {@link
 * org.dmsim.explore.OptimalSearch}, {@link org.dmsim.explore.Execution}, {@link
 * org.dmsim.explore.Races}, {@link org.dmsim.explore.WakeupTree}.
 */
package org.dmsim.explore;
