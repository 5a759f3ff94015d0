/** The documentation as a static site, every verdict and picture of which comes out of a run. */
package org.dmsim.scenarios.site;
