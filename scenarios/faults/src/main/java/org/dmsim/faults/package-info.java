/**
 * Faults put in on purpose, each a small named variant of something sound, with the program that
 * shows it: a checker that has never failed has not been tested.
 *
 * <p>A fault is a class with one step changed. It stands in the package of that class, in the
 * folder {@code src/faults} beside its source, and is compiled into this module alone, so that
 * whoever uses the class gets neither the fault nor Lincheck.
 */
package org.dmsim.faults;
