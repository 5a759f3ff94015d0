/** Bugs of Linux that a log can be recognised by, with their fixes; one data file. */
package org.dmsim.scenarios.explain.bugs;
