/** Litmus tests from files: finding them, judging them, and telling the verdict as herd7 does. */
package org.dmsim.scenarios.litmus;
