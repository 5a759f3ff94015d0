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
 * <p>Read it in this order: {@link org.dmsim.explore.Program}, {@link org.dmsim.explore.Explorer},
 * {@link org.dmsim.explore.Step}, {@link org.dmsim.explore.Trace}, {@link
 * org.dmsim.explore.OptimalSearch}.
 */
package org.dmsim.explore;
