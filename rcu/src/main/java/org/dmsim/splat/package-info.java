/** How a report of the modelled kernel is written: identity of the kernel, taint, dumped stack. */
package org.dmsim.splat;
