/** I/O of targets on their own account, to one region or to several at once; {@code dm-io.c}. */
package org.dmsim.dm.dmio;
