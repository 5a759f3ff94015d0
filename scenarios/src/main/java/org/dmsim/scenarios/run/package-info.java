/** Runs scripts on machines. */
package org.dmsim.scenarios.run;
