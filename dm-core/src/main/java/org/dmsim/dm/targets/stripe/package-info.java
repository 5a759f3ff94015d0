/** Targets that spread a range over devices by arithmetic or by a table of regions. */
package org.dmsim.dm.targets.stripe;
