/**
 * The rules of table lookup, as documentation that runs: every verdict on the page is the checker's
 * or the explorer's own, made when the page is.
 */
package org.dmsim.scenarios.rules;
