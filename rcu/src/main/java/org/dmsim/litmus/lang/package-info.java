/**
 * The language of litmus tests: C as herd7 reads it, and what each of the kernel's primitives means
 * as accesses and fences.
 *
 * <p>Read in this order: {@link org.dmsim.litmus.lang.LitmusParser} makes a {@link
 * org.dmsim.litmus.lang.LitmusTest} of {@link org.dmsim.litmus.lang.Stmt}s and {@link
 * org.dmsim.litmus.lang.Expr}essions with a {@link org.dmsim.litmus.lang.Condition}; {@link
 * org.dmsim.litmus.lang.Primitives} is the table of representations.
 */
package org.dmsim.litmus.lang;
