/** The scripts that come with dmsim. */
package org.dmsim.scenarios.corpus;
