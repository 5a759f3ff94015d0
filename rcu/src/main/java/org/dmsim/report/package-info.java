/**
 * Reports: what a check says, in the kernel's own format, and the call traces in them.
 *
 * <p>A report is a violation found in the modelled kernel. It is neither an errno, which is an
 * answer inside the model, nor a {@link org.dmsim.report.DmsimFault}, which is a fault of dmsim.
 */
package org.dmsim.report;
