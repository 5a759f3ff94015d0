/**
 * Bios, the sets that they come from, their ends, and the events that tell of them: {@code
 * block/bio.c}.
 */
package org.dmsim.block.bio;
