/**
 * Recorded answers of a real kernel, put to the model.
 *
 * <p>A {@link org.dmsim.scenarios.conform.CaseKind} knows one form of case; {@link
 * org.dmsim.scenarios.conform.CaseKinds} lists them.
 */
package org.dmsim.scenarios.conform;
