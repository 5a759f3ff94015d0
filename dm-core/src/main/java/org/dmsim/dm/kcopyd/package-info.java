/** Copies of ranges from one device to others, in the background; {@code dm-kcopyd.c}. */
package org.dmsim.dm.kcopyd;
