/**
 * What a report means: who did what is forbidden, called by whom, under what, opened by whom; who
 * waits for whom; which report follows from which.
 */
package org.dmsim.scenarios.explain.meaning;
