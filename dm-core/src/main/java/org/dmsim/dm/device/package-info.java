/**
 * Mapped devices: how a bio goes through one and comes back, how it is suspended, how its table is
 * swapped, how it comes and goes. Mirrors {@code dm.c}, 6.1.
 */
package org.dmsim.dm.device;
