/**
 * Tables: built line by line with every check of the kernel, indexed for lookup, their devices
 * opened, their queue limits stacked. Mirrors {@code dm-table.c}, 6.1.
 */
package org.dmsim.dm.table;
