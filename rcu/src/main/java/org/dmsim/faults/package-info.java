/**
 * Faults put in on purpose, each a small named variant of something sound, with the program that
 * shows it: a checker that has never failed has not been tested.
 *
 * <p>{@link org.dmsim.faults.PlantedFaults} lists them, {@link org.dmsim.faults.FaultSearch} looks
 * for them with the explorer, {@link org.dmsim.faults.FaultHunt} at random.
 */
package org.dmsim.faults;
