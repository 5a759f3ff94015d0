/** The commands of dmsim, one class each, registered in {@link org.dmsim.scenarios.cli.Tools}. */
package org.dmsim.scenarios.cli;
