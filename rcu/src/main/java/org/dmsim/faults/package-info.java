/**
 * Faults put in on purpose, each a small named variant of something sound, with the program that
 * shows it: a checker that has never failed has not been tested.
 *
 * <p>{@link org.dmsim.faults.PlantedFaults} lists them.
 */
package org.dmsim.faults;
