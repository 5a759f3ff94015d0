/** Kernel versions, and the commits that tell them apart. */
package org.dmsim.version;
